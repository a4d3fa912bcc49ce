import type { LabFault } from '../../lab/base/faults.ts';
import type { SymptomId } from '../../shared/capabilities/troubleshooting/symptoms.ts';

const INVOKEAI = 'invokeai.service';
const NGINX = 'nginx.service';
const SHIM = 'invokeai-openai-images-shim.service';

/** How the lab is broken: faults, and then what somebody does. */
export interface Broken {
  readonly faults: readonly LabFault[];
  /** A unit is stopped, or restarted into the fault. */
  readonly stops?: string;
  readonly restarts?: string;
  /** Images are requested of the gateway at once; the diagnosis is asked about the reply to the last. */
  readonly images?: { readonly count: number; readonly fields?: Readonly<Record<string, unknown>>; readonly isCancelled?: boolean };
}

/** A state of the lab in which rules fire for a symptom. */
export interface LabRow {
  readonly symptom: SymptomId;
  readonly broken: Broken;
  readonly rules: readonly string[];
  /** The first rule is the first cause; others may stand before it where what an earlier row logged stays. */
  readonly isFirst: boolean;
}

const broken = (...faults: readonly LabFault[]): Broken => ({ faults });
const restarted = (unit: string, ...faults: readonly LabFault[]): Broken => ({ faults, restarts: unit });
const image = (fields: Readonly<Record<string, unknown>>, ...faults: readonly LabFault[]): Broken => ({
  faults,
  images: { count: 1, fields },
});
const first = (symptom: SymptomId, state: LabFault | Broken, ...rules: readonly string[]): LabRow => row(true, symptom, state, rules);
const among = (symptom: SymptomId, state: LabFault | Broken, ...rules: readonly string[]): LabRow => row(false, symptom, state, rules);
const row = (isFirst: boolean, symptom: SymptomId, state: LabFault | Broken, rules: readonly string[]): LabRow => ({
  symptom,
  broken: typeof state === 'string' ? broken(state) : state,
  rules,
  isFirst,
});

/** In this order: what is logged stays, so that states which log nothing come first. */
export const LAB_ROWS: readonly LabRow[] = [
  first('gpu-lost', 'gpu-driver-not-loaded', 'driver-not-running'),
  first('gpu-lost', 'gpu-library-missing', 'driver-library-missing'),
  first('gpu-lost', 'gpu-not-found', 'no-gpu-found'),
  first('gpu-lost', 'nvidia-smi-hanging', 'nvidia-smi-hangs'),
  first('gpu-lost', 'gpu-never-there', 'no-card'),
  first('gpu-lost', 'nvidia-smi-missing', 'driver-not-installed'),
  first('gpu-lost', 'gpu-lost', 'gpu-fell-off-the-bus'),
  first('gpu-lost', 'driver-mismatch', 'driver-library-mismatch'),
  first('gpu-lost', 'reboot-pending', 'reboot-pending'),
  first('slow', 'memory-short', 'little-memory'),
  first('slow', 'gpu-persistence-off', 'persistence-off'),
  first('slow', 'gpu-link-narrow', 'pcie-link-narrow'),
  among('slow', 'gpu-at-power-limit', 'at-power-limit'),
  first('slow', 'gpu-throttled-power', 'throttled-by-power-brake'),
  first('slow', 'gpu-throttled-thermal', 'throttled-by-heat', 'throttled-in-the-stretch'),
  first('out-of-memory', 'gpu-foreign-program-large', 'foreign-program-holds-vram', 'vram-was-full'),
  first('gateway-502', 'disk-full', 'disk-full'),
  // Presets and links of the shim.
  first('black-or-noisy-images', 'shim-stub-mode', 'shim-in-stub-mode'),
  first('black-or-noisy-images', 'shim-preset-guidance-30', 'preset-guidance-too-high'),
  first('black-or-noisy-images', 'shim-preset-4-steps', 'preset-few-steps'),
  among('gateway-502', 'shim-preset-guidance-0', 'preset-guidance-too-low'),
  among('slow', 'shim-preset-120-steps', 'preset-many-steps'),
  first('model-missing', 'shim-preset-unknown-model', 'preset-model-unknown'),
  first('model-missing', 'missing-model', 'no-model-installed', 'shim-finds-no-model'),
  first('gateway-503', 'shim-wrong-address', 'shim-asks-wrong-address'),
  among('gateway-503', 'invokeai-cpu-only', 'shim-finds-no-gpu'),
  among('slow', 'invokeai-cpu-only', 'invokeai-on-cpu'),
  first('gateway-502', 'invokeai-multiuser', 'invokeai-wants-login'),
  // The queue.
  first('gateway-503', 'queue-paused', 'queue-paused', 'shim-sees-paused-queue'),
  among('stuck-queue', 'queue-stuck-for-long', 'job-hangs'),
  among('slow', 'queue-long', 'queue-long'),
  // The gateway.
  first('gateway-503', 'gateway-restarting', 'gateway-unreachable'),
  first('gateway-503', 'gateway-token-refused', 'gateway-token-refused'),
  first('gateway-503', 'gateway-ip-not-allowed', 'gateway-address-not-allowed'),
  first('gateway-forgets-backend', 'gateway-not-checked-yet', 'gateway-restarted'),
  first('gateway-forgets-backend', 'gateway-without-backend', 'gateway-deploy-overwrote-backends', 'gateway-backend-not-listed'),
  first('gateway-forgets-backend', 'gateway-base-url-missing', 'gateway-base-url-missing'),
  first('gateway-forgets-backend', 'gateway-env-missing', 'gateway-environment-missing'),
  first('gateway-503', 'gateway-not-ready', 'gateway-sees-backend-not-ready'),
  first('gateway-503', 'gateway-checks-stopped', 'gateway-checks-stopped'),
  first('gateway-429', 'gateway-limit-one', 'limit-of-one'),
  first('gateway-429', broken('nobody-else', 'gateway-overloaded'), 'all-slots-busy', 'slots-held-by-hung-requests'),
  first('base64-instead-of-url', 'gateway-image-folder-read-only', 'image-folder-not-writable'),
  first('base64-instead-of-url', 'gateway-policy-base64', 'payload-policy-says-base64'),
  // Services.
  first('gateway-503', 'nginx-wrong-port', 'nginx-asks-wrong-port'),
  among('gateway-502', 'nginx-on-loopback', 'nginx-listens-on-loopback'),
  first('gateway-503', 'invokeai-down', 'invokeai-silent'),
  first('gateway-503', 'shim-down', 'shim-silent'),
  first('gateway-503', { faults: [], stops: NGINX }, 'nginx-stopped'),
  first('gateway-503', { faults: [], stops: SHIM }, 'shim-stopped'),
  first('gateway-503', { faults: [], stops: INVOKEAI }, 'invokeai-stopped'),
  first('gateway-503', 'nginx-not-installed', 'nginx-not-installed'),
  first('gateway-503', 'shim-not-installed', 'shim-not-installed'),
  first('gateway-503', 'invokeai-not-installed', 'invokeai-not-installed'),
  first('invokeai-will-not-start', 'invokeai-masked', 'invokeai-masked'),
  first('gateway-503', 'services-failed', 'invokeai-failed', 'shim-failed', 'nginx-failed'),
  among('gateway-503', restarted(INVOKEAI, 'unit-start-never-ends'), 'invokeai-starting'),
  first('invokeai-will-not-start', 'start-fails-exec', 'invokeai-cannot-be-executed', 'invokeai-failed'),
  first('gateway-503', 'start-fails-nginx-port', 'nginx-configuration-broken', 'foreign-program-on-7860', 'nginx-failed'),
  first('gateway-503', 'invokeai-port-moved', 'invokeai-port-moved'),
  first('invokeai-will-not-start', 'start-fails-startup', 'invokeai-start-failed', 'invokeai-failed'),
  first('invokeai-will-not-start', 'start-fails-unknown-argument', 'invokeai-unknown-argument'),
  first('invokeai-will-not-start', 'start-fails-settings', 'invokeai-settings-broken'),
  first('invokeai-will-not-start', 'start-fails-database', 'invokeai-database-newer'),
  first('invokeai-will-not-start', 'start-fails-port', 'invokeai-port-taken', 'foreign-program-on-9090'),
  first('invokeai-will-not-start', 'start-fails-cuda', 'invokeai-no-cuda'),
  first('invokeai-will-not-start', 'start-fails-permission', 'invokeai-permission'),
  first('invokeai-will-not-start', 'start-fails-import', 'invokeai-import-fails'),
  // Replies of the gateway to an image that was requested.
  among('gateway-429', { faults: ['gateway-overloaded'], images: { count: 8 } }, 'clients-ignore-retry-after'),
  among('gateway-502', image({}, 'gateway-short-timeout'), 'upstream-timed-out'),
  among('gateway-502', image({ size: '1001x1001' }), 'upstream-rejected-values'),
  among('gateway-502', image({}, 'images-take-1-s', 'out-of-memory'), 'upstream-out-of-memory', 'cuda-out-of-memory'),
  among('gateway-502', image({}, 'images-take-1-s', 'job-without-image'), 'upstream-no-image'),
  among('gateway-502', { faults: [], images: { count: 1, isCancelled: true } }, 'upstream-canceled'),
  among('gateway-502', image({}, 'nginx-down'), 'upstream-refused-connection', 'nginx-silent'),
  // What is logged.
  among('stuck-queue', 'queue-worker-dead', 'queue-worker-dead'),
  among('stuck-queue', 'job-fails-again-and-again', 'queue-item-poisoned'),
  among('out-of-memory', 'job-fails-out-of-memory', 'cuda-out-of-memory', 'two-jobs-at-once'),
  among('out-of-memory', 'job-fails-model-too-large', 'model-does-not-fit'),
  among('model-missing', 'job-fails-unknown-model', 'model-key-unknown'),
  among('model-missing', 'job-fails-file-gone', 'model-file-gone'),
  among('model-missing', 'model-download-refused', 'model-download-refused'),
  among('model-missing', 'model-not-identified', 'model-not-identified'),
  among('gateway-502', 'job-fails-seed', 'seed-breaks-template'),
  among('black-or-noisy-images', 'job-makes-nan', 'vae-makes-nan'),
  among('black-or-noisy-images', 'job-blacked-out', 'safety-checker'),
  among('slow', 'jobs-load-models-anew', 'model-loaded-again-and-again'),
  among('gateway-502', 'shim-template-lost', 'shim-template-missing'),
  among('gateway-502', 'shim-timed-out', 'shim-timed-out'),
  among('black-or-noisy-images', 'gpu-ecc-errors', 'gpu-memory-errors'),
  among('black-or-noisy-images', 'gpu-xid-31', 'xid-of-a-program'),
  among('black-or-noisy-images', 'gpu-xid-48', 'xid-needs-reset'),
  among('out-of-memory', 'kernel-oom-kill', 'kernel-out-of-memory'),
  among('gateway-502', 'kernel-disk-errors', 'disk-fails'),
  among('invokeai-will-not-start', 'journal-not-permitted', 'journal-not-readable'),
  // The last: a start of the host is over ten minutes later only.
  among('gateway-503', 'rebooted', 'host-rebooted'),
];

/** Rules that the lab shows in another way than by a row. */
export const SHOWN_OTHERWISE: Readonly<Record<string, string>> = {
  'asked-past-the-gateway': 'the lab with no gateway set up',
  'vram-leak': 'readings of half an hour of the lab with `vram-leak`',
};

/** Rules that no lab shows, and why. */
export const UNIT_ONLY: Readonly<Record<string, string>> = {
  'firewall-drops-7860': 'there is no network between the lab and this computer',
  'base64-was-requested': 'it reads the client’s own request, which no host has',
};
