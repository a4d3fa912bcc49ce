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

export const GATEWAY_CHECK_FAULTS: readonly CheckFault[] = [];

export const EXPOSURE_CHECK_FAULTS: readonly CheckFault[] = [];

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
