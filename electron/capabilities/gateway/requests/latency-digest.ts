/** Ratio of one class of durations to the next; a percentile is within 1 % of the exact one. */
const RATIO = 1.02;
const LOG_RATIO = Math.log(RATIO);
/** Shorter durations are of one class. */
const MIN_MS = 0.01;
const MAX_CLASS = 1_100;

/** How many durations fell into each class; classes grow by 2 %, so that any number of durations needs a bounded room. */
export type LatencyDigest = Map<number, number>;

/** Adds one duration in ms. */
export function addLatency(digest: LatencyDigest, elapsedMs: number): void {
  const place = elapsedMs <= MIN_MS ? 0 : Math.min(MAX_CLASS, Math.ceil(Math.log(elapsedMs / MIN_MS) / LOG_RATIO));
  digest.set(place, (digest.get(place) ?? 0) + 1);
}

export function mergeLatency(into: LatencyDigest, from: ReadonlyMap<number, number>): void {
  for (const [place, count] of from) into.set(place, (into.get(place) ?? 0) + count);
}

/** The durations in ms below which these shares (0 to 1, ascending) of all lie, by nearest rank; null where there are none. */
export function percentilesOf(digest: ReadonlyMap<number, number>, shares: readonly number[]): readonly (number | null)[] {
  const places = [...digest].sort(([a], [b]) => a - b);
  const total = places.reduce((sum, [, count]) => sum + count, 0);
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    let seen = 0;
    for (const [place, count] of places) {
      seen += count;
      if (seen >= rank) return place === 0 ? MIN_MS : (MIN_MS * 2 * RATIO ** place) / (RATIO + 1);
    }
    return null;
  });
}
