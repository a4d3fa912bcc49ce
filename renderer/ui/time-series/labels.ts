/**
 * Moves labels apart so that none overlap: positions at least `gap` apart, within low..high where there is
 * room, in order of height, each as near to its original position as possible.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = new Array<number>(wanted.length).fill(0);
  let floor = low;
  for (const i of order) {
    const at = Math.max(floor, Math.min(high, wanted[i] ?? low));
    placed[i] = at;
    floor = at + gap;
  }
  let ceiling = high;
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i] ?? low, ceiling);
    ceiling = (placed[i] ?? low) - gap;
  }
  return placed;
}
