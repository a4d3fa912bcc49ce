import type { Tone } from '../../ui/tone.tsx';

export interface ThrottleReason {
  readonly words: string;
  readonly tone: Extract<Tone, 'good' | 'warning' | 'bad' | 'off' | 'unknown'>;
  /** What it means for the operator. */
  readonly explanation: string;
}

/** Bits of clocks_throttle_reasons.active (nvml.h, nvmlClocksEventReason…). */
const REASONS: readonly (readonly [bit: number, reason: ThrottleReason])[] = [
  [
    0x40,
    {
      words: 'slowed by heat',
      tone: 'bad',
      explanation: 'The hardware halves its clocks because it is too hot. Check fans, dust and air flow.',
    },
  ],
  [
    0x80,
    {
      words: 'slowed by the power supply',
      tone: 'bad',
      explanation: 'An external power brake is on. Check the power supply and its cables.',
    },
  ],
  [
    0x8,
    {
      words: 'slowed by the hardware',
      tone: 'bad',
      explanation: 'Heat or power made the hardware slow down. Check temperature and power supply.',
    },
  ],
  [
    0x20,
    { words: 'warm: clocks lowered', tone: 'warning', explanation: 'The driver lowers the clocks to stay below its temperature limit.' },
  ],
  [
    0x4,
    {
      words: 'at the power limit',
      tone: 'good',
      explanation: 'The clocks are set so that the card stays within its power limit. Normal under load.',
    },
  ],
  [0x2, { words: 'clocks set by an application', tone: 'off', explanation: 'Somebody set fixed application clocks.' }],
  [0x10, { words: 'in step with other GPUs', tone: 'off', explanation: 'Sync boost keeps this GPU at the clocks of its group.' }],
  [0x100, { words: 'display clocks', tone: 'off', explanation: 'A display setting holds the clocks.' }],
  [0x1, { words: 'idle', tone: 'off', explanation: 'Nothing to do, so the clocks are low.' }],
];
const KNOWN_BITS = REASONS.reduce((bits, [bit]) => bits | bit, 0);

/** Why the clocks are not at their highest, worst first; empty = nothing holds them back; null = the host did not say. */
export function throttleReasons(bits: number | null): readonly ThrottleReason[] | null {
  if (bits === null || !Number.isFinite(bits) || bits < 0) return null;
  // The mask is 64 bits wide and arrives as a double: bitwise operators would cut it to 32.
  const has = (bit: number) => Math.floor(bits / bit) % 2 === 1;
  const reasons = REASONS.filter(([bit]) => has(bit)).map(([, reason]) => reason);
  const rest = bits - REASONS.reduce((sum, [bit]) => (has(bit) ? sum + bit : sum), 0);
  if (rest > 0) {
    const words = `another reason (0x${rest.toString(16)})`;
    reasons.push({
      words,
      tone: 'unknown',
      explanation: `The driver names a reason that the panel does not know; it knows 0x${KNOWN_BITS.toString(16)}.`,
    });
  }
  return reasons;
}
