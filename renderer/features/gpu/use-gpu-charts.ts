import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { metricIndex } from '../../../shared/gpu-row.ts';
import { bridge } from '../../bridge.ts';
import { ringOf } from '../../stores/gpu.ts';
import type { ChartPoint, ChartStack } from '../../ui/time-series/types.ts';
import { percentilePoints, storedPoints } from '../history/stored-points.ts';
import { type ChartSpan, useChartSpan } from '../history/use-chart-span.ts';
import { mergedPoints } from './chart-points.ts';
import { CHARTS, DRAWN_METRICS, PERCENTILE_METRICS } from './charts.ts';
import { TailBuckets } from './tail-buckets.ts';
import { useVramStack } from './use-vram-stack.ts';

export interface GpuCharts extends Omit<ChartSpan, 'requested'> {
  /** Keyed by chart. */
  readonly points: ReadonlyMap<string, readonly ChartPoint[]>;
  /** VRAM by process in GiB. */
  readonly stack: ChartStack;
  readonly runs: readonly ProcessRun[];
  /** The stored history is loading. */
  readonly isReading: boolean;
  readonly error: PanelError | null;
}

/** The data of all charts of one GPU: stored history of the range or zoom, with live rows at its end. */
export function useGpuCharts(hostId: string, gpuUuid: string, rangeMs: number): GpuCharts {
  const times = useChartSpan(rangeMs);
  const { span, bucketMs, nowMs, bounds, requested } = times;
  const series = useQuery({
    queryKey: ['history', 'series', hostId, gpuUuid, requested],
    queryFn: () =>
      bridge.history.series({
        hostId,
        kind: 'gpu',
        subjects: [gpuUuid],
        metrics: [...DRAWN_METRICS],
        percentiles: [...PERCENTILE_METRICS],
        ...requested,
      }),
    // The previous data stays until the next is loaded, unless it belongs to another GPU.
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId && query.queryKey[3] === gpuUuid ? previous : undefined),
    gcTime: 60_000,
  });
  const processRuns = useQuery({
    queryKey: ['history', 'processRuns', hostId, gpuUuid, requested],
    queryFn: () => bridge.history.processRuns({ hostId, gpuUuid, fromMs: requested.fromMs, toMs: requested.toMs }),
    placeholderData: (previous, query) => (query?.queryKey[2] === hostId && query.queryKey[3] === gpuUuid ? previous : undefined),
    gcTime: 60_000,
  });

  const stored = useMemo(() => {
    const answer = series.data;
    return CHARTS.map((chart) => {
      if (answer === undefined) return [];
      const columns = chart.metrics.map((metric) => DRAWN_METRICS.indexOf(metric));
      if (chart.band === 'range') return storedPoints(answer, columns, chart.scale);
      const percentiles = chart.metrics.map((metric) => PERCENTILE_METRICS.indexOf(metric));
      return percentilePoints(answer, columns, percentiles);
    });
  }, [series.data]);
  const tail = useMemo(() => ({ hostId, gpuUuid, buckets: new TailBuckets(bucketMs) }), [hostId, gpuUuid, bucketMs]);
  const points = useMemo(() => {
    const ring = ringOf(hostId, gpuUuid);
    // `nowMs` triggers this memo, since the ring lives outside React.
    if (ring !== null && nowMs > 0) tail.buckets.take(ring);
    return new Map(
      CHARTS.map((chart, i) => [
        chart.key,
        mergedPoints(stored[i] ?? [], tail.buckets, { ...chart, metrics: chart.metrics.map(metricIndex) }, span),
      ]),
    );
  }, [stored, tail, hostId, gpuUuid, span, nowMs]);
  const stack = useVramStack(hostId, gpuUuid, times);
  const runs = processRuns.data ?? NO_RUNS;
  const { isPending: isReading, error } = series;
  return useMemo(
    () => ({ span, bucketMs, nowMs, bounds, points, stack, runs, isReading, error: error === null ? null : toPanelError(error) }),
    [span, bucketMs, nowMs, bounds, points, stack, runs, isReading, error],
  );
}

const NO_RUNS: readonly ProcessRun[] = [];
