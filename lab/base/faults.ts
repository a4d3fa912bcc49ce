import { CAUSE_FAULTS } from './cause-faults.ts';
import { isLoggedFault, TABLE_FAULTS, type TableFault } from './logged-faults.ts';

const NAMES = [
  'link-down',
  'slow-link',
  'sshd-killed',
  'rebooted',
  'host-key-changed',
  'password-refused',
  'sudo-refused',
  // The user's start-up files print a greeting before every command.
  'login-shell-prints',
  // nologin as login shell: signing in works, and no command runs.
  'login-shell-none',
  'max-sessions-2',
  'nvidia-smi-missing',
  'nvidia-smi-hanging',
  'nvidia-smi-garbage',
  // It ends with 14 and a warning after all its rows.
  'nvidia-smi-inforom',
  // Persistence mode is off: each call takes 12 s.
  'nvidia-smi-slow',
  'gpu-lost',
  'driver-mismatch',
  'gpu-persistence-off',
  'gpu-ecc-errors',
  'gpu-ecc-corrected',
  'gpu-remap-pending',
  'gpu-remap-failed',
  'gpu-throttled-thermal',
  'gpu-hot',
  // The power supply holds the card back.
  'gpu-throttled-power',
  // InvokeAI keeps 700 MiB of each image until it restarts.
  'vram-leak',
  // The card runs on 4 of its 16 lanes.
  'gpu-link-narrow',
  // A program that somebody started at a terminal holds VRAM; it holds so much that no image has room beside it.
  'gpu-foreign-program',
  'gpu-foreign-program-large',
  // An image's program touched memory that is not its own.
  'gpu-xid-31',
  'unit-start-fails',
  'unit-start-never-ends',
  'unit-masked',
  // systemctl prints tables where JSON is requested, and times as text.
  'systemd-239',
  'journal-vacuumed',
  'journal-rotated',
  // The user is in neither adm nor systemd-journal.
  'journal-not-permitted',
  'clock-3-minutes-off',
  'clock-not-synchronised',
  // Updated packages wait for a restart of the host.
  'reboot-pending',
  // The kernel has remounted the disk read-only.
  'file-system-read-only',
  // Hardly a new file can be made; hardly any memory is available; the host started 4 minutes ago.
  'inodes-used-up',
  'memory-short',
  'up-for-4-minutes',
  // The kernel log has failed writes to the disk, or a process that was ended for lack of memory.
  'kernel-disk-errors',
  'kernel-oom-kill',
  // journald saves no log on the disk.
  'journal-volatile',
  // The operator made no copies of the configuration; InvokeAI has rewritten an old one.
  'backups-missing',
  'invokeai-yaml-rewritten',
  // No fault: ComfyUI runs, and with the host. With the second one nothing listens on 8188.
  'comfyui-in-use',
  'comfyui-down',
  // All services of the chain, ComfyUI among them: failed; off at boot; restarted twice by systemd; with a newer unit file; with a newer
  // invokeai.yaml; without program or site.
  'services-failed',
  'services-disabled',
  'services-restarted',
  'services-changed',
  'services-settings-changed',
  'services-files-missing',
  'log-flood',
  'sample-flood',
  // InvokeAI and ComfyUI: every image runs out of video memory half-way.
  'out-of-memory',
  // The job at work hangs, and what waits behind it waits.
  'stuck-queue',
  // InvokeAI: the files of its main models are gone.
  'missing-model',
  // Hugging Face wants a login: a bare 500 from InvokeAI, 401 for downloads onto the host.
  'gated-repo',
  // Some hundred megabytes are left.
  'disk-full',
  // Downloads end before their end: InvokeAI's with ChunkedEncodingError, curl exits with 18.
  'download-broken-off',
  // InvokeAI: the server of a download sends no ranges, so that a paused one cannot be resumed.
  'downloads-without-ranges',
  // InvokeAI: nothing more arrives.
  'downloads-stalled',
  // Stored tokens cannot be verified: Hugging Face is out of reach.
  'hugging-face-unreachable',
  // Hugging Face's API: not reached from this computer; answers 429; is replaced by the login page of a network.
  'hub-unreachable-here',
  'hub-rate-limited',
  'hub-garbled',
  // InvokeAI in multi-user mode: 401 without a login, and no socket; with the second no account exists yet.
  'invokeai-multiuser',
  'invokeai-without-admin',
  // Its unit runs, but nothing listens on 9091.
  'shim-down',
  // Its unit runs, but nothing listens on 9090.
  'invokeai-down',
  // Its unit runs, but nothing listens on 7860.
  'nginx-down',
  // InvokeAI: its version is 5.0.2, it sees no GPU, it has no models, it cannot save images.
  'invokeai-known-bad-version',
  'invokeai-cpu-only',
  'invokeai-without-models',
  'invokeai-outputs-not-writable',
  // Its queue is paused; one job runs for 20 minutes already and another waits; the newest three jobs failed.
  'queue-paused',
  'queue-stuck-for-long',
  'invokeai-jobs-failed',
  // The shim returns test images; a preset, or the default, names a model that is not installed.
  'shim-stub-mode',
  'shim-preset-unknown-model',
  'shim-default-unknown-model',
  // Not a fault: the shim saves its last image. Then one whose file is cut off.
  'shim-last-image',
  'shim-last-image-broken',
  // The shim in Python that came before: as it should be; with a template of another InvokeAI; a preset without guidance; a request that failed.
  'shim-python',
  'shim-python-template',
  'shim-python-guidance',
  'shim-failed-graphs',
  // ComfyUI runs too: it sees no GPU; it has no checkpoints; no job begins.
  'comfyui-cpu-only',
  'comfyui-without-checkpoints',
  'comfyui-queue-stalled',
  // Every JSON reply of InvokeAI: not JSON, half of it, padded to 10 MB, a letter at a time.
  'invokeai-malformed-json',
  'invokeai-truncated-json',
  'invokeai-body-10-mb',
  'invokeai-slow-drip',
  // The same of the images shim.
  'shim-malformed-json',
  'shim-truncated-json',
  'shim-body-10-mb',
  'shim-slow-drip',
  // Setup: another program holds apt's lock; packages, distributions and repositories cannot be fetched; nothing more can be written; a
  // service with a new unit or configuration runs, but nothing listens on its port.
  'setup-apt-lock-held',
  'setup-download-fails',
  'setup-disk-full',
  'setup-service-not-healthy',
  // InvokeAI, the images shim, ComfyUI, which somebody started by hand, and the gateway's observability listener accept other machines of the
  // network.
  'ports-exposed',
  // The site of nginx: 60 s for an image; 1 MB for a request; no WebSockets; /v1/models not that of the shim; open to every machine of the
  // network; a brace is missing; enabled by two links.
  'nginx-short-timeouts',
  'nginx-small-requests',
  'nginx-without-websockets',
  'nginx-without-models',
  'nginx-unrestricted',
  'nginx-site-broken',
  'nginx-site-twice',
  // No fault: nginx has a certificate. With the second one it ends within days.
  'nginx-tls',
  'nginx-certificate-ends-soon',
  // The gateway wants no token; its certificate ends within days; a wrong request is an error of its own.
  'gateway-open',
  'gateway-certificate-ends-soon',
  'gateway-garbles-requests',
  // Its tools fail and noop is not listed; it has none at all; chat, responses, embeddings and models fail.
  'gateway-tools-fail',
  'gateway-without-tools',
  'gateway-chat-fails',
  // Its observability listener: everything fails, metrics are off; no chat backend responds.
  'gateway-observability-fails',
  'gateway-upstreams-down',
  // It takes more images at a time than its limit.
  'gateway-accepts-too-many',
  // Images at an address: for users who sign in only; gone at once. Its image folder is not writable.
  'gateway-images-behind-login',
  'gateway-images-expire-at-once',
  'gateway-image-folder-read-only',
  // Every image is one pixel.
  'images-stub',
  // Files of the gateway: mock images, another limit than in use, no log of requests, not enabled at boot.
  'gateway-env-mock',
  'gateway-limit-differs',
  'gateway-request-log-off',
  'gateway-not-at-boot',
  // Not a fault: the host has four cards, of which the last is in MIG mode with two instances.
  'four-gpus',
  // Not faults, but settings for tests: each image takes one second; downloads end at once; no other client generates images.
  'images-take-1-s',
  'downloads-are-fast',
  'nobody-else',
  // Its IMAGES_BACKEND_CLASS is gpu_fast.
  'gateway-images-to-gpu-fast',
  'gateway-overloaded',
  'gateway-not-ready',
  'gateway-restarting',
  'gateway-hanging',
  'gateway-bad-certificate',
  'gateway-token-refused',
  'gateway-ip-not-allowed',
  'gateway-html',
  'gateway-malformed-json',
  'gateway-truncated-json',
  'gateway-body-10-mb',
  'gateway-slow-drip',
] as const;

export type LabFault = (typeof NAMES)[number] | (typeof CAUSE_FAULTS)[number] | TableFault;

/** Everything that can be broken in the lab, by name. States last until they are fixed; events happen once. */
export const LAB_FAULTS: readonly LabFault[] = [...NAMES, ...CAUSE_FAULTS, ...TABLE_FAULTS];

const EVENTS: ReadonlySet<LabFault> = new Set([
  'sshd-killed',
  'kernel-disk-errors',
  'kernel-oom-kill',
  'rebooted',
  'journal-vacuumed',
  'journal-rotated',
]);

/** Whether a fault is a moment (nothing to fix) rather than a state. */
export function isEvent(fault: LabFault): boolean {
  return EVENTS.has(fault) || isLoggedFault(fault);
}

export function isLabFault(value: unknown): value is LabFault {
  return LAB_FAULTS.some((fault) => fault === value);
}
