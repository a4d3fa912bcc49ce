import { useLayoutEffect, useRef } from 'react';
import { pinnedSeq, useJournal } from '../../stores/journal/journal.ts';
import type { LogView } from '../../stores/journal/log-view.ts';

/** Keeps the marked row of a paused list in sight, or the first visible one, when other filters show other rows around it. */
export function useKeptRow({ rows, options }: LogView, currentSeq: number | null, scrollTo: (position: number) => void): void {
  const version = useJournal((store) => store.version);
  const before = useRef(options);
  const kept = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are tested over several versions
  useLayoutEffect(() => {
    if (before.current !== options) {
      before.current = options;
      const pinned = pinnedSeq();
      if (pinned !== null) kept.current = currentSeq ?? pinned;
    }
    if (kept.current === null || rows.pending > 0 || rows.length === 0) return;
    const seq = kept.current;
    kept.current = null;
    // The list first keeps its own place among the new rows.
    requestAnimationFrame(() => scrollTo(Math.min(rows.positionOf(seq), rows.length - 1)));
  }, [options, version, rows]);
}
