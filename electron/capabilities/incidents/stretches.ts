/** A stretch of time in which a condition held, with short interruptions. */
export interface Stretch {
  readonly fromMs: number;
  /** Null = the condition still held at the end of the readings. */
  readonly toMs: number | null;
  /** Without the interruptions. */
  readonly activeMs: number;
  readonly cut: { readonly begin: boolean; readonly end: boolean };
  /** The greatest value while the condition held; NaN = none. */
  readonly peak: number;
}

export interface StretchFinder {
  /**
   * Readings in order; others are left out. `share`: the part of the reading in which the condition held, NaN = unknown, which counts as
   * no reading.
   */
  take(atMs: number, spanMs: number, share: number, value: number): void;
  /** The stretches so far. `nowMs` null = what comes after the readings is unknown. Changes nothing. */
  found(nowMs: number | null): readonly Stretch[];
}

interface Open {
  readonly fromMs: number;
  readonly isBeginCut: boolean;
  activeToMs: number;
  activeMs: number;
  peak: number;
}

/** Finds stretches of at least `holdMs`. A gap of the readings ends a stretch. Linear, whatever the batches. */
export function createStretchFinder(rule: { readonly holdMs: number; readonly mergeMs: number; readonly gapMs: number }): StretchFinder {
  const closed: Stretch[] = [];
  let open: Open | null = null;
  let knownToMs = Number.NaN;

  const asStretch = (one: Open, toMs: number | null, isEndCut: boolean): Stretch[] =>
    one.activeMs < rule.holdMs
      ? []
      : [
          {
            fromMs: one.fromMs,
            toMs,
            activeMs: one.activeMs,
            cut: { begin: one.isBeginCut, end: isEndCut },
            peak: one.peak,
          },
        ];
  const close = (isEndCut: boolean): void => {
    if (open !== null) closed.push(...asStretch(open, open.activeToMs, isEndCut));
    open = null;
  };
  return {
    take: (atMs, spanMs, share, value) => {
      const toMs = atMs + Math.max(0, spanMs);
      if (!Number.isFinite(toMs) || !Number.isFinite(share) || atMs < knownToMs) return;
      const isAfterGap = !(atMs - knownToMs <= rule.gapMs);
      if (isAfterGap && open !== null) close(open.activeToMs === knownToMs);
      // A reading stands for the time since the one before it.
      const coveredMs = isAfterGap ? toMs - atMs : toMs - knownToMs;
      if (open !== null && toMs - open.activeToMs > rule.mergeMs && share <= 0) close(false);
      if (share > 0) {
        if (open !== null && atMs - open.activeToMs > rule.mergeMs) close(false);
        open ??= { fromMs: atMs, isBeginCut: isAfterGap, activeToMs: toMs, activeMs: 0, peak: value };
        open.activeToMs = toMs;
        open.activeMs += coveredMs * share;
        if (!(open.peak >= value)) open.peak = Number.isNaN(value) ? open.peak : value;
      }
      knownToMs = toMs;
    },
    found: (nowMs) => {
      if (open === null) return closed;
      const isLive = nowMs !== null && nowMs - knownToMs <= rule.gapMs && knownToMs - open.activeToMs <= rule.mergeMs;
      return [...closed, ...(isLive ? asStretch(open, null, false) : asStretch(open, open.activeToMs, open.activeToMs === knownToMs))];
    },
  };
}
