import { describeOtherThrottling, THROTTLE_REASONS, type ThrottleReason } from './text.ts';

/** Why the clocks are below their maximum, worst first; empty = not throttled, null = not reported. */
export function throttleReasons(bits: number | null): readonly ThrottleReason[] | null {
  if (bits === null || !Number.isFinite(bits) || bits < 0) return null;
  // The mask has 64 bits and arrives as a double; bitwise operators would cut it to 32.
  const has = (bit: number) => Math.floor(bits / bit) % 2 === 1;
  const known = THROTTLE_REASONS.filter(([bit]) => has(bit));
  const rest = known.reduce((left, [bit]) => left - bit, bits);
  const reasons = known.map(([, reason]) => reason);
  return rest > 0 ? [...reasons, describeOtherThrottling(rest)] : reasons;
}
