import type { Reading } from './readings.ts';
import type { IncidentRules } from './rules.ts';

/** A stretch without load, with the least VRAM that was in use in it. */
export interface Rest {
  readonly fromMs: number;
  readonly toMs: number;
  readonly floorMiB: number;
  /** Readings are missing between this rest and the one before it, so that anything may have happened. */
  readonly isAfterGap: boolean;
}

export interface RestFinder {
  /** Readings in order; others are left out, and those without load or VRAM. */
  take(reading: Readonly<Reading>): void;
  found(): readonly Rest[];
}

/** Finds the rests of one GPU: its load stays below `idlePercent` for `restMs`. Linear. */
export function createRestFinder(rules: Pick<IncidentRules, 'idlePercent' | 'restMs' | 'gapMs'>): RestFinder {
  const closed: Rest[] = [];
  let open: { fromMs: number; toMs: number; floorMiB: number } | null = null;
  let knownToMs = Number.NaN;
  let hasGap = true;
  const asRest = (): Rest[] => (open === null || open.toMs - open.fromMs < rules.restMs ? [] : [{ ...open, isAfterGap: hasGap }]);
  const close = (): void => {
    const rest = asRest();
    closed.push(...rest);
    if (rest.length > 0) hasGap = false;
    open = null;
  };
  return {
    take: ({ atMs, spanMs, memoryMinMiB, utilizationMaxPercent }) => {
      const toMs = atMs + Math.max(0, spanMs);
      if (!Number.isFinite(toMs) || !Number.isFinite(memoryMinMiB) || !Number.isFinite(utilizationMaxPercent) || atMs < knownToMs) return;
      if (!(atMs - knownToMs <= rules.gapMs)) {
        close();
        hasGap = true;
      }
      knownToMs = toMs;
      if (utilizationMaxPercent > rules.idlePercent) {
        close();
        return;
      }
      open ??= { fromMs: atMs, toMs, floorMiB: memoryMinMiB };
      open.toMs = toMs;
      open.floorMiB = Math.min(open.floorMiB, memoryMinMiB);
    },
    found: () => [...closed, ...asRest()],
  };
}
