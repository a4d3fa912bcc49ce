import type { LabFault } from '../../lab/base/faults.ts';
import type { CheckVerdict } from '../../shared/capabilities/checks/contract.ts';

/** With this fault of the lab, the check of this id finds this. */
export interface CheckFault {
  readonly id: string;
  readonly fault: LabFault;
  readonly verdict: CheckVerdict;
}

/** In the healthy lab each of these checks passes; one that is skipped there has a row of its own in which it passes. */
export const PROXY_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'healthz', fault: 'nginx-down', verdict: 'fail' },
  { id: 'readyz', fault: 'shim-down', verdict: 'fail' },
  { id: 'readyz', fault: 'invokeai-down', verdict: 'fail' },
  { id: 'readyz', fault: 'shim-malformed-json', verdict: 'unknown' },
  { id: 'proxy_models', fault: 'nginx-without-models', verdict: 'fail' },
  { id: 'proxy_models', fault: 'shim-down', verdict: 'unknown' },
  { id: 'proxy_websocket', fault: 'nginx-without-websockets', verdict: 'fail' },
  { id: 'proxy_timeouts', fault: 'nginx-short-timeouts', verdict: 'fail' },
  { id: 'proxy_body_size', fault: 'nginx-small-requests', verdict: 'warn' },
  { id: 'proxy_sites', fault: 'nginx-site-broken', verdict: 'fail' },
  { id: 'proxy_sites', fault: 'nginx-site-twice', verdict: 'warn' },
  { id: 'proxy_certificate', fault: 'nginx-tls', verdict: 'pass' },
  { id: 'proxy_certificate', fault: 'nginx-certificate-ends-soon', verdict: 'warn' },
];

export const GATEWAY_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'gateway_status', fault: 'gateway-restarting', verdict: 'fail' },
  { id: 'gateway_status', fault: 'gateway-malformed-json', verdict: 'unknown' },
  { id: 'gateway_backend', fault: 'gateway-not-ready', verdict: 'fail' },
  { id: 'gateway_backend', fault: 'gateway-restarting', verdict: 'unknown' },
  { id: 'token', fault: 'gateway-token-refused', verdict: 'fail' },
  { id: 'token_missing', fault: 'gateway-open', verdict: 'fail' },
  { id: 'token_wrong', fault: 'gateway-open', verdict: 'fail' },
  { id: 'bad_request', fault: 'gateway-garbles-requests', verdict: 'fail' },
  { id: 'gateway_certificate', fault: 'gateway-bad-certificate', verdict: 'fail' },
  { id: 'gateway_certificate', fault: 'gateway-certificate-ends-soon', verdict: 'warn' },
  { id: 'gateway_clock', fault: 'clock-3-minutes-off', verdict: 'fail' },
  ...(['health_get', 'health_head', 'health_upstreams'] as const).map(
    (id): CheckFault => ({ id, fault: 'gateway-observability-fails', verdict: 'fail' }),
  ),
  { id: 'metrics', fault: 'gateway-observability-fails', verdict: 'warn' },
  { id: 'backend_required', fault: 'gateway-upstreams-down', verdict: 'warn' },
  { id: 'tools_list', fault: 'gateway-without-tools', verdict: 'fail' },
  ...[
    'tools_has_noop',
    'tool_exec_noop',
    'tool_dispatch_noop',
    'tool_replay',
    'tool_exec_http_fetch_health',
    'tool_exec_http_fetch_local_health',
    'tool_exec_system_info',
    'tool_exec_models_refresh',
  ].map((id): CheckFault => ({ id, fault: 'gateway-tools-fail', verdict: 'fail' })),
  ...['models', 'memory_export', 'embeddings', 'responses_non_stream', 'responses_stream', 'chat_non_stream', 'chat_stream'].map(
    (id): CheckFault => ({ id, fault: 'gateway-chat-fails', verdict: 'fail' }),
  ),
  { id: 'gateway_env', fault: 'gateway-env-mock', verdict: 'fail' },
  { id: 'gateway_image_folder', fault: 'gateway-image-folder-read-only', verdict: 'fail' },
  { id: 'gateway_limits', fault: 'gateway-limit-differs', verdict: 'warn' },
  { id: 'gateway_request_log', fault: 'gateway-request-log-off', verdict: 'warn' },
  { id: 'gateway_disk', fault: 'disk-full', verdict: 'fail' },
  { id: 'gateway_service', fault: 'gateway-not-at-boot', verdict: 'warn' },
  { id: 'openai_images', fault: 'images-stub', verdict: 'fail' },
  { id: 'images', fault: 'images-stub', verdict: 'fail' },
  { id: 'images_url_fetch', fault: 'images-stub', verdict: 'fail' },
  { id: 'images_url', fault: 'gateway-image-folder-read-only', verdict: 'fail' },
  { id: 'images_url_fetch', fault: 'gateway-images-behind-login', verdict: 'unknown' },
  { id: 'images_url_fetch', fault: 'gateway-images-expire-at-once', verdict: 'fail' },
  { id: 'images_b64', fault: 'missing-model', verdict: 'fail' },
  { id: 'images_b64', fault: 'gateway-not-ready', verdict: 'unknown' },
  { id: 'overload', fault: 'gateway-overloaded', verdict: 'unknown' },
  { id: 'overload', fault: 'gateway-accepts-too-many', verdict: 'fail' },
];

export const EXPOSURE_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'exposure_invokeai', fault: 'ports-exposed', verdict: 'fail' },
  { id: 'exposure_shim', fault: 'ports-exposed', verdict: 'fail' },
  { id: 'exposure_comfyui', fault: 'ports-exposed', verdict: 'fail' },
  { id: 'exposure_observability', fault: 'ports-exposed', verdict: 'warn' },
  { id: 'exposure_nginx', fault: 'nginx-unrestricted', verdict: 'warn' },
  { id: 'exposure_gateway', fault: 'gateway-open', verdict: 'fail' },
];

export const GPU_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'gpu-driver', fault: 'nvidia-smi-missing', verdict: 'fail' },
  { id: 'gpu-driver', fault: 'nvidia-smi-hanging', verdict: 'fail' },
  { id: 'gpu-driver', fault: 'nvidia-smi-inforom', verdict: 'warn' },
  { id: 'gpu-driver', fault: 'gpu-lost', verdict: 'fail' },
  { id: 'gpu-driver-library', fault: 'driver-mismatch', verdict: 'fail' },
  { id: 'gpu-ecc', fault: 'gpu-ecc-errors', verdict: 'fail' },
  { id: 'gpu-ecc', fault: 'gpu-ecc-corrected', verdict: 'warn' },
  { id: 'gpu-remapped-rows', fault: 'gpu-remap-pending', verdict: 'fail' },
  { id: 'gpu-remapped-rows', fault: 'gpu-remap-failed', verdict: 'fail' },
  { id: 'gpu-throttling', fault: 'gpu-throttled-thermal', verdict: 'fail' },
  { id: 'gpu-temperature', fault: 'gpu-hot', verdict: 'fail' },
  { id: 'gpu-persistence', fault: 'gpu-persistence-off', verdict: 'warn' },
  { id: 'gpu-link-width', fault: 'gpu-link-narrow', verdict: 'warn' },
  { id: 'gpu-xid', fault: 'gpu-lost', verdict: 'fail' },
  { id: 'gpu-xid', fault: 'gpu-xid-31', verdict: 'warn' },
  { id: 'vram-headroom', fault: 'gpu-foreign-program-large', verdict: 'fail' },
  { id: 'vram-other-programs', fault: 'gpu-foreign-program', verdict: 'warn' },
];

/** Those that write to the journal, which keeps it, come last. */
export const HOST_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'shell', fault: 'login-shell-none', verdict: 'fail' },
  { id: 'systemd', fault: 'systemd-239', verdict: 'warn' },
  { id: 'failed-units', fault: 'services-failed', verdict: 'warn' },
  { id: 'journal-readable', fault: 'journal-not-permitted', verdict: 'warn' },
  { id: 'journal-kept', fault: 'journal-volatile', verdict: 'warn' },
  { id: 'sudo-ready', fault: 'sudo-refused', verdict: 'fail' },
  { id: 'disk-space', fault: 'disk-full', verdict: 'fail' },
  { id: 'inodes', fault: 'inodes-used-up', verdict: 'fail' },
  { id: 'folders-writable', fault: 'file-system-read-only', verdict: 'fail' },
  { id: 'memory', fault: 'memory-short', verdict: 'warn' },
  { id: 'clock-skew', fault: 'clock-3-minutes-off', verdict: 'fail' },
  { id: 'clock-synchronised', fault: 'clock-not-synchronised', verdict: 'warn' },
  { id: 'uptime', fault: 'up-for-4-minutes', verdict: 'warn' },
  { id: 'reboot-pending', fault: 'reboot-pending', verdict: 'warn' },
  { id: 'configuration-backups', fault: 'backups-missing', verdict: 'warn' },
  { id: 'gateway-backups', fault: 'backups-missing', verdict: 'warn' },
  { id: 'invokeai-backup-slot', fault: 'invokeai-yaml-rewritten', verdict: 'warn' },
  { id: 'oom-kills', fault: 'kernel-oom-kill', verdict: 'warn' },
  { id: 'disk-errors', fault: 'kernel-disk-errors', verdict: 'fail' },
];

const SERVICES = ['invokeai', 'shim', 'nginx', 'comfyui'] as const;
const COMFYUI_ASPECTS = ['running', 'enabled', 'stable', 'current', 'listening', 'files'] as const;
const ofEach = (aspect: string, fault: LabFault, verdict: CheckVerdict): readonly CheckFault[] =>
  SERVICES.map((service) => ({ id: `service-${service}-${aspect}`, fault, verdict }));

/** The last row writes to the journal, which keeps it. */
export const SERVICES_CHECK_FAULTS: readonly CheckFault[] = [
  ...COMFYUI_ASPECTS.map((aspect): CheckFault => ({ id: `service-comfyui-${aspect}`, fault: 'comfyui-in-use', verdict: 'pass' })),
  ...ofEach('running', 'services-failed', 'fail'),
  ...ofEach('enabled', 'services-disabled', 'warn'),
  ...ofEach('current', 'services-changed', 'warn'),
  { id: 'service-invokeai-current', fault: 'services-settings-changed', verdict: 'warn' },
  { id: 'service-invokeai-listening', fault: 'invokeai-down', verdict: 'fail' },
  { id: 'service-shim-listening', fault: 'shim-down', verdict: 'fail' },
  { id: 'service-nginx-listening', fault: 'nginx-down', verdict: 'fail' },
  { id: 'service-comfyui-listening', fault: 'comfyui-down', verdict: 'fail' },
  { id: 'service-invokeai-listening', fault: 'ports-exposed', verdict: 'fail' },
  ...ofEach('files', 'services-files-missing', 'fail'),
  ...ofEach('stable', 'services-restarted', 'warn'),
];

export const BACKEND_CHECK_FAULTS: readonly CheckFault[] = [
  { id: 'invokeai-api', fault: 'invokeai-down', verdict: 'fail' },
  { id: 'invokeai-api', fault: 'invokeai-malformed-json', verdict: 'unknown' },
  { id: 'invokeai-version', fault: 'invokeai-known-bad-version', verdict: 'fail' },
  { id: 'invokeai-login', fault: 'invokeai-multiuser', verdict: 'fail' },
  { id: 'invokeai-models', fault: 'invokeai-without-models', verdict: 'fail' },
  { id: 'invokeai-model-files', fault: 'missing-model', verdict: 'fail' },
  { id: 'invokeai-device', fault: 'invokeai-cpu-only', verdict: 'warn' },
  { id: 'invokeai-queue', fault: 'queue-paused', verdict: 'warn' },
  { id: 'invokeai-queue', fault: 'queue-stuck-for-long', verdict: 'fail' },
  { id: 'invokeai-failed-jobs', fault: 'invokeai-jobs-failed', verdict: 'warn' },
  { id: 'invokeai-outputs', fault: 'invokeai-outputs-not-writable', verdict: 'fail' },
  { id: 'comfyui-api', fault: 'comfyui-in-use', verdict: 'pass' },
  { id: 'comfyui-api', fault: 'comfyui-down', verdict: 'fail' },
  { id: 'comfyui-device', fault: 'comfyui-in-use', verdict: 'pass' },
  { id: 'comfyui-device', fault: 'comfyui-cpu-only', verdict: 'warn' },
  { id: 'comfyui-queue', fault: 'comfyui-in-use', verdict: 'pass' },
  { id: 'comfyui-queue', fault: 'comfyui-queue-stalled', verdict: 'fail' },
  { id: 'comfyui-models', fault: 'comfyui-in-use', verdict: 'pass' },
  { id: 'comfyui-models', fault: 'comfyui-without-checkpoints', verdict: 'fail' },
  { id: 'shim-api', fault: 'shim-down', verdict: 'fail' },
  { id: 'shim-api', fault: 'shim-malformed-json', verdict: 'unknown' },
  { id: 'shim-ready', fault: 'invokeai-down', verdict: 'fail' },
  { id: 'shim-mode', fault: 'shim-stub-mode', verdict: 'fail' },
  { id: 'shim-build', fault: 'shim-python', verdict: 'warn' },
  { id: 'shim-models', fault: 'invokeai-down', verdict: 'fail' },
  { id: 'shim-presets', fault: 'shim-preset-unknown-model', verdict: 'fail' },
  { id: 'shim-default-model', fault: 'shim-default-unknown-model', verdict: 'warn' },
  { id: 'shim-guidance', fault: 'shim-python-guidance', verdict: 'fail' },
  { id: 'shim-template', fault: 'shim-python', verdict: 'pass' },
  { id: 'shim-template', fault: 'shim-python-template', verdict: 'fail' },
  { id: 'shim-last-image', fault: 'shim-last-image', verdict: 'pass' },
  { id: 'shim-last-image', fault: 'shim-last-image-broken', verdict: 'fail' },
  { id: 'shim-failed-graphs', fault: 'shim-python', verdict: 'pass' },
  { id: 'shim-failed-graphs', fault: 'shim-failed-graphs', verdict: 'warn' },
];
