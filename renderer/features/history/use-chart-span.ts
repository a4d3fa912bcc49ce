import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo } from 'react';
import { useSettings } from '../../stores/settings.ts';
import { useChartGroup, usePinned, useZoom } from '../../ui/time-series/chart-group.tsx';
import type { TimeSpan } from '../../ui/time-series/types.ts';
import { aligned, bucketMsFor, pastMsOf, redrawMs, rereadMs } from './ranges.ts';
import { useChartClock } from './use-chart-clock.ts';

/** A drag across the charts sends one request, at its end. */
const SETTLE_MS = 150;

/** The span of the charts of a group, and the request for stored history. */
export interface ChartSpan {
  readonly span: TimeSpan;
  readonly bucketMs: number;
  readonly nowMs: number;
  /** The limits of a zoom. */
  readonly bounds: TimeSpan;
  /** Whole buckets; constant for a while, so that it is requested once. */
  readonly requested: TimeSpan & { readonly buckets: number };
}

/** The range up to now or the zoom of the group, in buckets of at least `finestMs`. */
export function useChartSpan(rangeMs: number, finestMs = 0): ChartSpan {
  const zoom = useZoom();
  const bucketMs = Math.max(finestMs, bucketMsFor(zoom === null ? rangeMs : zoom.toMs - zoom.fromMs));
  const nowMs = useChartClock(redrawMs(bucketMs));
  const liveEndMs = Math.ceil(nowMs / bucketMs) * bucketMs;
  const fromMs = zoom === null ? liveEndMs - rangeMs : zoom.fromMs;
  const toMs = zoom === null ? liveEndMs : zoom.toMs;
  const span = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
  const group = useChartGroup();
  const pinnedMs = usePinned();
  // A marked moment that has left the charts has no readings there, and would hide those of now.
  const hasPinnedLeft = pinnedMs !== null && (pinnedMs < fromMs || pinnedMs > toMs);
  useEffect(() => {
    if (hasPinnedLeft) group.setState({ pinnedMs: null });
  }, [hasPinnedLeft, group]);
  const pastMs = pastMsOf(useSettings().data.keepDays);
  const boundsEndMs = Math.ceil(nowMs / 1000) * 1000;
  const bounds = useMemo(() => ({ fromMs: boundsEndMs - pastMs, toMs: boundsEndMs }), [boundsEndMs, pastMs]);

  // The live range is requested on a coarse clock, up to its next tick.
  const everyMs = rereadMs(bucketMs);
  const anchorMs = Math.floor(nowMs / everyMs) * everyMs;
  const requestedFromMs = zoom === null ? anchorMs - rangeMs : zoom.fromMs;
  const requestedToMs = zoom === null ? anchorMs + everyMs : zoom.toMs;
  const wanted = useMemo(
    () => requestFor({ fromMs: requestedFromMs, toMs: requestedToMs }, bucketMs),
    [requestedFromMs, requestedToMs, bucketMs],
  );
  const [requested] = useDebouncedValue(wanted, SETTLE_MS);
  return useMemo(() => ({ span, bucketMs, nowMs, bounds, requested }), [span, bucketMs, nowMs, bounds, requested]);
}

/** Whole buckets of one grid, so that different requests have equal buckets. */
function requestFor(span: TimeSpan, bucketMs: number): ChartSpan['requested'] {
  const whole = aligned(span, bucketMs);
  const buckets = Math.max(10, Math.round((whole.toMs - whole.fromMs) / bucketMs));
  return { fromMs: whole.toMs - buckets * bucketMs, toMs: whole.toMs, buckets };
}
