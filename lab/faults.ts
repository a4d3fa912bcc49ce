/** Everything that can be broken in the lab, by name. States last until mended; events happen once. */
export const LAB_FAULTS = [
  'link-down',
  'slow-link',
  'sshd-killed',
  'rebooted',
  'host-key-changed',
  'password-refused',
  'sudo-refused',
  'max-sessions-2',
  'nvidia-smi-missing',
  'nvidia-smi-hanging',
  'nvidia-smi-garbage',
  'gpu-lost',
  'driver-mismatch',
  'unit-start-fails',
  'unit-start-never-ends',
  'unit-masked',
  'journal-vacuumed',
  'journal-rotated',
  'clock-3-minutes-off',
  'log-flood',
  'sample-flood',
  'out-of-memory',
  'stuck-queue',
  'missing-model',
  'gated-repo',
  'disk-full',
  'download-broken-off',
  'shim-down',
  'invokeai-down',
  'invokeai-malformed-json',
  'invokeai-truncated-json',
  'invokeai-body-10-mb',
  'invokeai-slow-drip',
  // No faults, but what tests need of the world: each picture takes one second; nobody else makes pictures; …
  'pictures-take-1-s',
  // Downloads onto the host, whoever makes them, are over at once.
  'downloads-are-fast',
  'nobody-else',
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

export type LabFault = (typeof LAB_FAULTS)[number];

const EVENTS: ReadonlySet<LabFault> = new Set(['sshd-killed', 'rebooted', 'journal-vacuumed', 'journal-rotated']);

/** Whether a fault is a moment (nothing to mend) rather than a state. */
export function isEvent(fault: LabFault): boolean {
  return EVENTS.has(fault);
}

export function isLabFault(value: unknown): value is LabFault {
  return LAB_FAULTS.some((fault) => fault === value);
}
