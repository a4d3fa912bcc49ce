export interface ThrottleReason {
  readonly words: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'off' | 'unknown';
  readonly explanation: string;
}

/** Bits of clocks_throttle_reasons.active that rules look at (nvml.h, nvmlClocksEventReason…). */
export const THROTTLE_BITS = { powerLimit: 0x4, hardware: 0x8, softwareThermal: 0x20, hardwareThermal: 0x40, powerBrake: 0x80 } as const;

/** Whether a mask has a bit. It has 64 bits and arrives as a double; bitwise operators would cut it to 32. */
export const hasThrottleBit = (mask: number, bit: number): boolean => Math.floor(mask / bit) % 2 === 1;

/** Bits of clocks_throttle_reasons.active, worst first. */
const THROTTLE_REASONS: readonly (readonly [bit: number, reason: ThrottleReason])[] = [
  [0x40, { words: 'Overheating', tone: 'bad', explanation: 'The hardware halves its clocks. Check fans, dust and air flow.' }],
  [0x80, { words: 'Power brake', tone: 'bad', explanation: 'External power brake is on. Check the power supply and its cables.' }],
  [0x8, { words: 'Hardware slowdown', tone: 'bad', explanation: 'Caused by heat or power. Check temperature and power supply.' }],
  [0x20, { words: 'Temperature limit', tone: 'warning', explanation: 'The driver lowers the clocks to stay below its temperature limit.' }],
  [0x4, { words: 'Power limit', tone: 'good', explanation: 'The clocks keep the card within its power limit. Normal under load.' }],
  [0x2, { words: 'Application clocks', tone: 'off', explanation: 'Application clocks are fixed.' }],
  [0x10, { words: 'Sync boost', tone: 'off', explanation: 'The clocks match those of the other GPUs in the group.' }],
  [0x100, { words: 'Display clocks', tone: 'off', explanation: 'A display setting limits the clocks.' }],
  [0x1, { words: 'Idle', tone: 'off', explanation: 'Clocks are low because the GPU is idle.' }],
];

/** Bits that have no name here. */
const describeOtherThrottling = (bits: number): ThrottleReason => ({
  words: `Other reason (0x${bits.toString(16)})`,
  tone: 'unknown',
  explanation: 'The driver reports a reason that is unknown to Ada Panel.',
});

/** Why the clocks are below their maximum, worst first; empty = not throttled, null = not reported. */
export function throttleReasons(bits: number | null): readonly ThrottleReason[] | null {
  if (bits === null || !Number.isFinite(bits) || bits < 0) return null;
  const known = THROTTLE_REASONS.filter(([bit]) => hasThrottleBit(bits, bit));
  const rest = known.reduce((left, [bit]) => left - bit, bits);
  const reasons = known.map(([, reason]) => reason);
  return rest > 0 ? [...reasons, describeOtherThrottling(rest)] : reasons;
}
