import type { LabFault } from '../../lab/base/faults.ts';
import type { SymptomId } from '../../shared/capabilities/troubleshooting/symptoms.ts';
import type { SharedFault } from './real-faults.ts';

/** How a host is broken: by a fault of the lab, by a unit that is stopped, or by lines that a service of the lab logs. */
export type Broken =
  | { readonly kind: 'fault'; readonly fault: LabFault }
  | { readonly kind: 'stopped'; readonly unit: string }
  | { readonly kind: 'log'; readonly unit: string; readonly lines: readonly string[] }
  | { readonly kind: 'kernel'; readonly line: string };

/** A state of the lab, and the rule that names it first for a symptom. */
export interface LabRow {
  readonly rule: string;
  readonly symptom: SymptomId;
  readonly broken: Broken;
  /** Other causes may stand before it. */
  readonly isNotFirst?: boolean;
}

const fault = (name: LabFault): Broken => ({ kind: 'fault', fault: name });
const stopped = (unit: string): Broken => ({ kind: 'stopped', unit });
const invokeai = (...lines: readonly string[]): Broken => ({ kind: 'log', unit: 'invokeai.service', lines });

export const LAB_ROWS: readonly LabRow[] = [
  { rule: 'gpu-fell-off-the-bus', symptom: 'gpu-lost', broken: fault('gpu-lost') },
  { rule: 'driver-library-mismatch', symptom: 'gpu-lost', broken: fault('driver-mismatch') },
  { rule: 'driver-not-installed', symptom: 'gpu-lost', broken: fault('nvidia-smi-missing') },
  { rule: 'gpu-memory-errors', symptom: 'black-or-noisy-images', broken: fault('gpu-ecc-errors') },
  { rule: 'throttled-by-heat', symptom: 'slow', broken: fault('gpu-throttled-thermal') },
  { rule: 'pcie-link-narrow', symptom: 'slow', broken: fault('gpu-link-narrow') },
  { rule: 'persistence-off', symptom: 'slow', broken: fault('gpu-persistence-off') },
  { rule: 'foreign-program-holds-vram', symptom: 'out-of-memory', broken: fault('gpu-foreign-program-large') },
  { rule: 'xid-of-a-program', symptom: 'black-or-noisy-images', broken: fault('gpu-xid-31') },
  { rule: 'reboot-pending', symptom: 'gpu-lost', broken: fault('reboot-pending'), isNotFirst: true },
  { rule: 'disk-full', symptom: 'gateway-502', broken: fault('disk-full') },
  {
    rule: 'kernel-out-of-memory',
    symptom: 'out-of-memory',
    broken: { kind: 'kernel', line: 'Out of memory: Killed process 4242 (python) total-vm:98304000kB, anon-rss:61440000kB' },
  },
  {
    rule: 'cuda-out-of-memory',
    symptom: 'out-of-memory',
    broken: invokeai(
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.50 GiB. GPU 0 has a total capacity of 44.39 GiB of which 1.21 GiB is free.',
    ),
    isNotFirst: true,
  },
  {
    rule: 'vae-makes-nan',
    symptom: 'black-or-noisy-images',
    broken: invokeai(
      '/var/lib/invokeai/venv/lib/python3.11/site-packages/diffusers/image_processor.py:147: RuntimeWarning: invalid value encountered in cast',
    ),
    isNotFirst: true,
  },
  {
    rule: 'model-key-unknown',
    symptom: 'model-missing',
    broken: invokeai('UnknownModelException: Unknown model: 2cbc1399-8c3e-4f2a-9d5e-1b2c3d4e5f60'),
    isNotFirst: true,
  },
  {
    rule: 'queue-item-poisoned',
    symptom: 'stuck-queue',
    broken: invokeai(...Array<string>(3).fill('Non-fatal error in session processor ProcessorError: GraphExecutionState')),
    isNotFirst: true,
  },
  { rule: 'no-model-installed', symptom: 'model-missing', broken: fault('missing-model'), isNotFirst: true },
  { rule: 'invokeai-wants-login', symptom: 'gateway-502', broken: fault('invokeai-multiuser'), isNotFirst: true },
  { rule: 'queue-paused', symptom: 'stuck-queue', broken: fault('queue-paused'), isNotFirst: true },
  { rule: 'job-hangs', symptom: 'stuck-queue', broken: fault('queue-stuck-for-long'), isNotFirst: true },
  { rule: 'shim-in-stub-mode', symptom: 'black-or-noisy-images', broken: fault('shim-stub-mode'), isNotFirst: true },
  { rule: 'preset-model-unknown', symptom: 'model-missing', broken: fault('shim-preset-unknown-model'), isNotFirst: true },
  { rule: 'invokeai-on-cpu', symptom: 'slow', broken: fault('invokeai-cpu-only'), isNotFirst: true },
  {
    rule: 'disk-fails',
    symptom: 'gateway-502',
    broken: { kind: 'kernel', line: 'EXT4-fs (nvme0n1p2): Remounting filesystem read-only' },
    isNotFirst: true,
  },
  { rule: 'image-folder-not-writable', symptom: 'base64-instead-of-url', broken: fault('gateway-image-folder-read-only') },
  { rule: 'invokeai-silent', symptom: 'gateway-503', broken: fault('invokeai-down') },
  { rule: 'shim-silent', symptom: 'gateway-503', broken: fault('shim-down') },
  { rule: 'nginx-silent', symptom: 'gateway-503', broken: fault('nginx-down') },
  { rule: 'nginx-stopped', symptom: 'gateway-503', broken: stopped('nginx.service') },
  { rule: 'shim-stopped', symptom: 'gateway-503', broken: stopped('invokeai-openai-images-shim.service') },
  { rule: 'gateway-token-refused', symptom: 'gateway-503', broken: fault('gateway-token-refused') },
  { rule: 'gateway-address-not-allowed', symptom: 'gateway-503', broken: fault('gateway-ip-not-allowed') },
  { rule: 'all-slots-busy', symptom: 'gateway-429', broken: fault('gateway-overloaded'), isNotFirst: true },
  { rule: 'journal-not-readable', symptom: 'invokeai-will-not-start', broken: fault('journal-not-permitted'), isNotFirst: true },
  // The last: a start of the host is over ten minutes later only.
  { rule: 'host-rebooted', symptom: 'gateway-503', broken: fault('rebooted'), isNotFirst: true },
];

/** What can be broken on a real host; nothing listens on the shim's port there, which stands before nginx. */
export const REAL_ROWS: readonly {
  readonly rule: string;
  readonly symptom: SymptomId;
  readonly broken: SharedFault | { readonly unit: string };
  readonly isNotFirst?: boolean;
}[] = [
  { rule: 'gpu-fell-off-the-bus', symptom: 'gpu-lost', broken: 'gpu-lost' },
  { rule: 'driver-library-mismatch', symptom: 'gpu-lost', broken: 'driver-mismatch' },
  { rule: 'invokeai-stopped', symptom: 'gateway-503', broken: { unit: 'invokeai.service' } },
  { rule: 'nginx-stopped', symptom: 'gateway-502', broken: { unit: 'nginx.service' }, isNotFirst: true },
  { rule: 'shim-stopped', symptom: 'gateway-503', broken: { unit: 'invokeai-openai-images-shim.service' } },
];
