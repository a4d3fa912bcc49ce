/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32: small, seeded, good enough for a simulation; the same seed gives the same world. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Lower-case hex digits. */
export function randomHex(random: Random, digits: number): string {
  let text = '';
  for (let index = 0; index < digits; index += 1) text += Math.floor(random() * 16).toString(16);
  return text;
}

/** A boot id or session id in dashed form. */
export function randomUuid(random: Random): string {
  const hex = randomHex(random, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}
