import { useEffect, useState } from 'react';
import { type Histogram, HistogramScan } from '../../stores/journal/histogram.ts';
import { currentView, useJournal } from '../../stores/journal/journal.ts';

/** Between two counts of a stream that changes all the time. */
const RECOUNT_MS = 500;
const FIRST_COUNT_MS = 60;
/** Time for counting in one frame. */
const SLICE_MS = 2;
const NEXT_SLICE_MS = 16;

/** The shown lines over time, counted again while they change; null = not counted yet. */
export function useHistogram(): Histogram | null {
  const [histogram, setHistogram] = useState<Histogram | null>(null);
  useEffect(() => {
    const scan = new HistogramScan();
    let isOutdated = true;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const later = (ms: number): void => {
      timer ??= setTimeout(run, ms);
    };
    function run(): void {
      timer = null;
      if (!scan.isBusy) {
        if (!isOutdated) return;
        isOutdated = false;
        scan.begin(currentView());
      }
      const until = performance.now() + SLICE_MS;
      const counted = scan.step(() => performance.now() >= until);
      if (counted === null) {
        later(NEXT_SLICE_MS);
        return;
      }
      setHistogram(counted);
      if (isOutdated) later(RECOUNT_MS);
    }
    const stop = useJournal.subscribe((store, before) => {
      if (store.version === before.version && store.still === before.still) return;
      isOutdated = true;
      if (!scan.isBusy) later(store.isFollowing ? RECOUNT_MS : FIRST_COUNT_MS);
    });
    run();
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  return histogram;
}
