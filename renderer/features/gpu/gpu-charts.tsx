import { memo, type ReactNode } from 'react';
import { formatMiB } from '../../../shared/format.ts';
import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import { metricOf } from '../../../shared/gpu-row.ts';
import { useLatestRow, useOfGpuStatus } from '../../stores/gpu.ts';
import { Card } from '../../ui/card.tsx';
import { Readout } from '../../ui/time-series/readout.tsx';
import { TimeSeries } from '../../ui/time-series/time-series.tsx';
import type { ChartEvent, ChartLimit, ChartMark, ChartPoint } from '../../ui/time-series/types.ts';
import { type ChartSpec, VRAM } from './charts.ts';
import { EventFilter } from './event-filter.tsx';
import { describeUnknown, TEXT } from './text.ts';
import type { ChartEvents } from './use-chart-events.ts';
import type { GpuCharts } from './use-gpu-charts.ts';
import { VramLegend } from './vram-legend.tsx';

const VRAM_HEIGHT_PX = 176;
const SMALL_HEIGHT_PX = 112;
const NO_POINTS: readonly ChartPoint[] = [];

export interface GpuChartProps {
  readonly chart: ChartSpec;
  readonly charts: GpuCharts;
  readonly events: ChartEvents;
  readonly gpuUuid: string;
  readonly limit: number | null;
  readonly isStale: boolean;
  /** Under the lines of the chart. */
  readonly foot?: ReactNode;
  /** Beside other GPUs: the name of the chart with its GPU; no events, and little height. */
  readonly comparedAs?: string;
}

/** One chart in its card, with the value now or at the crosshair. */
export const GpuChart = memo(function GpuChart({ chart, charts, events, gpuUuid, limit, isStale, foot, comparedAs }: GpuChartProps) {
  const points = charts.points.get(chart.key) ?? NO_POINTS;
  const [first] = chart.metrics;
  const why = useOfGpuStatus((status) => (first === undefined ? undefined : describeUnknown(status, gpuUuid, first)));
  const isVram = chart === VRAM;
  const isCompact = comparedAs !== undefined;
  return (
    <Card
      title={comparedAs ?? chart.title}
      quietTitle
      compact
      aside={
        <LiveReadout
          chart={chart}
          points={points}
          bucketMs={charts.bucketMs}
          uuid={gpuUuid}
          why={why}
          isStale={isStale}
          suffix={isVram && limit !== null ? `of ${chart.unit.full(limit)}` : undefined}
        />
      }
    >
      <ChartBody
        chart={chart}
        marks={events.marks}
        heightPx={isVram && !isCompact ? VRAM_HEIGHT_PX : SMALL_HEIGHT_PX}
        {...(isVram && !isCompact ? { events: events.events } : {})}
        points={points}
        fromMs={charts.span.fromMs}
        toMs={charts.span.toMs}
        nowMs={charts.nowMs}
        bucketMs={charts.bucketMs}
        bounds={charts.bounds}
        stack={isVram ? charts.stack : null}
        limit={limit}
        empty={charts.isReading ? TEXT.loadingHistory : why}
      />
      {foot}
      {isVram ? (
        <>
          <VramLegend stack={charts.stack} gpuUuid={gpuUuid} isStale={isStale} />
          {isCompact ? null : <EventFilter {...events} />}
        </>
      ) : null}
    </Card>
  );
});

interface ChartBodyProps {
  readonly chart: ChartSpec;
  readonly marks: readonly ChartMark[];
  readonly events?: readonly ChartEvent[];
  readonly points: readonly ChartPoint[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly heightPx: number;
  readonly bucketMs: number;
  readonly bounds: GpuCharts['bounds'];
  readonly stack: GpuCharts['stack'] | null;
  readonly limit: number | null;
  readonly empty: string | undefined;
}

/** A separate component, so that a new value in the header does not redraw the lines. */
const ChartBody = memo(function ChartBody({ chart, limit, empty, ...rest }: ChartBodyProps) {
  return (
    <TimeSeries
      {...rest}
      title={chart.title}
      series={chart.series}
      unit={chart.unit}
      band={chart.band}
      domain={chart.domain ?? undefined}
      limit={limitOf(chart, limit)}
      {...(empty === undefined ? {} : { empty })}
    />
  );
});

const limits = new Map<string, ChartLimit>();

/** Returns the same object for equal limits, since a chart redraws when the object changes. */
function limitOf(chart: ChartSpec, value: number | null): ChartLimit | null {
  if (value === null) return null;
  const key = `${chart.key} ${value}`;
  const known = limits.get(key) ?? { value, label: chart === VRAM ? formatMiB(value * 1024) : chart.unit.full(value) };
  if (limits.size > 50) limits.clear();
  limits.set(key, known);
  return known;
}

interface LiveReadoutProps {
  readonly chart: ChartSpec;
  readonly points: readonly ChartPoint[];
  readonly bucketMs: number;
  readonly uuid: string;
  readonly why: string | undefined;
  readonly isStale: boolean;
  readonly suffix: string | undefined;
}

function LiveReadout({ chart, points, bucketMs, uuid, why, isStale, suffix }: LiveReadoutProps) {
  const row = useLatestRow(uuid);
  const now = chart.metrics.map((metric: GpuMetric) => metricOf(row, metric) * chart.scale);
  return (
    <Readout
      series={chart.series}
      points={points}
      bucketMs={bucketMs}
      unit={chart.unit}
      now={now}
      unknownWhy={why}
      isStale={isStale}
      {...(suffix === undefined ? {} : { suffix })}
    />
  );
}
