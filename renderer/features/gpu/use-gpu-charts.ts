import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { formatMiB } from '../../../shared/format.ts';
import { bridge } from '../../bridge.ts';
import { ringOf } from '../../stores/gpu.ts';
import { useZoom } from '../../ui/time-series/chart-group.tsx';
import type { ChartPoint, ChartRun, TimeSpan } from '../../ui/time-series/types.ts';
import { mergedPoints, storedPoints } from './chart-points.ts';
import { CHARTS, DRAWN_METRICS } from './charts.ts';
import { aligned, bucketMsFor, LONGEST_MS, redrawMs, rereadMs } from './ranges.ts';
import { metricIndex, TailBuckets } from './tail-buckets.ts';
import { useChartClock } from './use-chart-clock.ts';

export interface GpuCharts {
  readonly span: TimeSpan;
  readonly bucketMs: number;
  readonly nowMs: number;
  readonly bounds: TimeSpan;
  /** By the key of the chart. */
  readonly points: ReadonlyMap<string, readonly ChartPoint[]>;
  readonly runs: readonly ChartRun[];
  /** The stored part has not been read yet. */
  readonly isReading: boolean;
  readonly error: PanelError | null;
}

/** A drag across the charts asks once, when it rests. */
const SETTLE_MS = 150;

/** Everything the charts of one GPU draw: stored history for the range or zoom, with the live rows at its end. */
export function useGpuCharts(hostId: string, gpuUuid: string, rangeMs: number): GpuCharts {
  const zoom = useZoom();
  const bucketMs = bucketMsFor(zoom === null ? rangeMs : zoom.toMs - zoom.fromMs);
  const nowMs = useChartClock(redrawMs(bucketMs));
  const liveEndMs = Math.ceil(nowMs / bucketMs) * bucketMs;
  const fromMs = zoom === null ? liveEndMs - rangeMs : zoom.fromMs;
  const toMs = zoom === null ? liveEndMs : zoom.toMs;
  const span = useMemo(() => ({ fromMs, toMs }), [fromMs, toMs]);
  const boundsEndMs = Math.ceil(nowMs / 1000) * 1000;
  const bounds = useMemo(() => ({ fromMs: boundsEndMs - LONGEST_MS, toMs: boundsEndMs }), [boundsEndMs]);

  // The live range is asked for on a coarse clock: in between, the ring fills the end.
  const everyMs = rereadMs(bucketMs);
  const anchorMs = Math.floor(nowMs / everyMs) * everyMs;
  const askedFromMs = zoom === null ? anchorMs - rangeMs : zoom.fromMs;
  const askedToMs = zoom === null ? anchorMs + everyMs : zoom.toMs;
  const wanted = useMemo(() => requestFor({ fromMs: askedFromMs, toMs: askedToMs }, bucketMs), [askedFromMs, askedToMs, bucketMs]);
  const [asked] = useDebouncedValue(wanted, SETTLE_MS);

  const series = useQuery({
    queryKey: ['history', 'series', hostId, gpuUuid, asked],
    queryFn: () => bridge.history.series({ hostId, gpuUuid, metrics: [...DRAWN_METRICS], ...asked }),
    // What was drawn stays until the next part is there, unless it was another GPU's.
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId && query.queryKey[3] === gpuUuid ? previous : undefined),
    gcTime: 60_000,
  });
  const processRuns = useQuery({
    queryKey: ['history', 'processRuns', hostId, gpuUuid, asked],
    queryFn: () => bridge.history.processRuns({ hostId, gpuUuid, fromMs: asked.fromMs, toMs: asked.toMs }),
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId && query.queryKey[3] === gpuUuid ? previous : undefined),
    gcTime: 60_000,
  });

  const stored = useMemo(() => {
    const answer = series.data;
    return CHARTS.map((chart) => {
      if (answer === undefined) return [];
      const columns = chart.metrics.map((metric) => DRAWN_METRICS.indexOf(metric));
      return storedPoints(answer, columns, chart.scale);
    });
  }, [series.data]);
  const tail = useMemo(() => ({ gpuUuid, buckets: new TailBuckets(bucketMs) }), [gpuUuid, bucketMs]);
  const points = useMemo(() => {
    const ring = ringOf(gpuUuid);
    // `nowMs` is why this runs again: the ring lives outside React.
    if (ring !== null && nowMs > 0) tail.buckets.take(ring);
    return new Map(
      CHARTS.map((chart, i) => [chart.key, mergedPoints(stored[i] ?? [], tail.buckets, chart.metrics.map(metricIndex), chart.scale, span)]),
    );
  }, [stored, tail, gpuUuid, span, nowMs]);
  const runs = useMemo(() => (processRuns.data ?? []).map(asChartRun), [processRuns.data]);
  const { isPending: isReading, error } = series;
  return useMemo(
    () => ({ span, bucketMs, nowMs, bounds, points, runs, isReading, error: error === null ? null : toPanelError(error) }),
    [span, bucketMs, nowMs, bounds, points, runs, isReading, error],
  );
}

/** Whole buckets of the length the tail has, so that stored and live ones lie on one grid. */
function requestFor(span: TimeSpan, bucketMs: number): TimeSpan & { readonly buckets: number } {
  const whole = aligned(span, bucketMs);
  const buckets = Math.max(10, Math.round((whole.toMs - whole.fromMs) / bucketMs));
  return { fromMs: whole.toMs - buckets * bucketMs, toMs: whole.toMs, buckets };
}

function asChartRun(run: ProcessRun): ChartRun {
  const name = run.unit?.replace(/\.service$/, '') ?? run.name.split('/').at(-1) ?? run.name;
  return { lane: name, fromMs: run.startedAt, toMs: run.endedAt, detail: `${run.name}, PID ${run.pid}, at most ${formatMiB(run.peakMiB)}` };
}
