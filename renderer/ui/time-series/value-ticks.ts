const STEPS = [1, 2, 2.5, 5, 10] as const;

/**
 * Values at even steps (1, 2, 2.5 or 5 times a power of ten) from `min` to `max`, at most `most` of them; none for an empty range.
 * Two that lie further apart, where such steps would leave only one.
 * With `minStep`, a power of ten, all are multiples of it.
 */
export function valueTicks(min: number, max: number, most: number, minStep?: number): readonly number[] {
  if (!(max > min) || !Number.isFinite(max - min) || most < 2) return [];
  const rough = (max - min) / (most - 1);
  const magnitude = Math.max(minStep ?? 0, 10 ** Math.floor(Math.log10(rough)));
  for (const factor of [...STEPS, 20, 50]) {
    const step = factor * magnitude;
    if (minStep !== undefined && !Number.isInteger(step / minStep)) continue;
    const first = Math.ceil(min / step - 1e-9);
    const last = Math.floor(max / step + 1e-9);
    if (last - first + 1 <= most) {
      // One value alone gives no scale; the outermost multiples of the unit are two.
      const [low, high] = [Math.ceil(min / magnitude - 1e-9), Math.floor(max / magnitude + 1e-9)];
      if (last <= first && high > low) return [low, high].map((count) => Number((count * magnitude).toPrecision(12)));
      // Counted from the first one, so that 0.1 + 0.2 stays 0.3 to twelve digits.
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
    }
  }
  return [];
}

/** From 0 to a little above the greatest of the values, so that a line at the limit is not drawn on the edge; [0, 1] for no value. */
export function domainFromZero(values: readonly number[]): readonly [number, number] {
  const top = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  return [0, top > 0 ? top * 1.08 : 1];
}
