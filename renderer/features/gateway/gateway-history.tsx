import { Select } from '@mantine/core';
import { memo, type ReactNode, useMemo } from 'react';
import type { AdmissionRow, GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { SERIES_LIMITS, type SeriesAnswer } from '../../../shared/capabilities/history/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { panelRequestsSubject, slotsSubject } from '../../../shared/gateway-subjects.ts';
import { INVOKEAI_QUEUE, QUEUE_METRICS } from '../../../shared/series-kinds.ts';
import { useModelsState } from '../../stores/models.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Card } from '../../ui/card.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ChartGroup } from '../../ui/time-series/chart-group.tsx';
import { continuity } from '../../ui/time-series/gaps.ts';
import { Readout } from '../../ui/time-series/readout.tsx';
import { TimeSeries } from '../../ui/time-series/time-series.tsx';
import type { ChartLimit, ChartPoint } from '../../ui/time-series/types.ts';
import { ExportButton } from '../history/export-button.tsx';
import { offerLogsAndGpu } from '../history/moment-menu.ts';
import { RangeControls, useRangeMs } from '../history/range-controls.tsx';
import { countPoints, storedPoints } from '../history/stored-points.ts';
import { type ChartSpan, useChartSpan } from '../history/use-chart-span.ts';
import { nameOfRow } from './admission-rows.ts';
import { FlapsCard } from './flaps-card.tsx';
import { type GatewayChart, QUEUE, REQUESTS, SLOTS, SLOTS_AND_QUEUE } from './gateway-charts.ts';
import { joinPoints } from './join-points.ts';
import { RequestsSection } from './requests/requests-section.tsx';
import { describeBucket, describeLimit, TEXT } from './text.ts';
import { type GatewayOfHost, useStoredSeries } from './use-gateway-series.ts';

/** Shorter buckets would hold one request at most. */
const FINEST_COUNT_MS = 60_000;
const CHART_HEIGHT_PX = 140;
const QUEUES: string[] = [INVOKEAI_QUEUE];
/** The poll interval while the window is hidden. */
const MAX_POLL_MS = 15_000;

interface HistoryProps extends GatewayOfHost {
  /** In the order of the table; at least one. */
  readonly rows: readonly [AdmissionRow, ...AdmissionRow[]];
  readonly reading: GatewayReading;
  readonly isStale: boolean;
}

/** Slots in use and outcomes of requests, with the same ranges as the GPU page. */
export function GatewayHistory(props: HistoryProps) {
  return (
    <ChartGroup onMoment={offerLogsAndGpu}>
      <Charts {...props} />
    </ChartGroup>
  );
}

const useSlotClass = createPageState<string | null>(null);

function Charts({ hostId, profile, rows, reading, isStale }: HistoryProps) {
  const [chosen, setChosen] = useSlotClass();
  const row = rows.find((one) => nameOfRow(one) === chosen) ?? rows[0];
  const rangeMs = useRangeMs();
  const fine = useChartSpan(rangeMs);
  const coarse = useChartSpan(rangeMs, FINEST_COUNT_MS);
  const slots = useStoredSeries(
    { hostId, kind: 'gateway-slots', subjects: [slotsSubject(profile, row)], metrics: [...SLOTS.metrics] },
    fine.requested,
    fine.bucketMs,
  );
  const requests = useStoredSeries(
    { hostId, kind: 'gateway-requests', subjects: [panelRequestsSubject(profile)], metrics: [...REQUESTS.metrics] },
    coarse.requested,
    coarse.bucketMs,
  );
  const isForImages = row.routeKind === 'images' && row.backendClass === profile.imagesClass;
  const queue = useStoredSeries({ hostId, kind: 'queue', subjects: QUEUES, metrics: [...QUEUE_METRICS] }, fine.requested, fine.bucketMs);
  const slotPoints = usePoints(slots.data, SLOTS, fine.span);
  const queuePoints = usePoints(queue.data, QUEUE, fine.span);
  const withQueue = useMemo(
    () => joinPoints(slotPoints, SLOTS.metrics.length, queuePoints, QUEUE_METRICS.length),
    [slotPoints, queuePoints],
  );
  const requestPoints = usePoints(requests.data, REQUESTS, coarse.span);
  const { queue: present, phase: ofQueue } = useModelsState();
  const isQueueStale = ofQueue.kind !== 'live';
  const limit = useMemo<ChartLimit | null>(
    () => (row.limit === null ? null : { value: row.limit, label: describeLimit(row.limit) }),
    [row.limit],
  );
  const isLoadingSlots = slots.data === undefined && slots.error === null;
  const unrecorded = useMemo(
    () => (isLoadingSlots ? null : continuity(slotPoints, fine.span, fine.bucketMs, fine.nowMs, MAX_POLL_MS).gaps),
    [isLoadingSlots, slotPoints, fine],
  );
  const error = slots.error ?? requests.error;
  const allSlots = rows.slice(0, SERIES_LIMITS.subjects).map((one) => slotsSubject(profile, one));
  return (
    <>
      <RangeControls>
        <ExportButton of="slots" selection={{ hostId, kind: 'gateway-slots', subjects: allSlots, ...fine.span }} />
        <ExportButton
          of="requests"
          selection={{ hostId, kind: 'gateway-requests', subjects: [panelRequestsSubject(profile)], ...coarse.span }}
        />
      </RangeControls>
      {error === null ? null : <ErrorNotice error={toPanelError(error)} tone="warning" />}
      <div className="gateway-columns">
        <ChartCard
          chart={isForImages ? SLOTS_AND_QUEUE : SLOTS}
          points={isForImages ? withQueue : slotPoints}
          isLoading={slots.data === undefined}
          times={fine}
          now={isForImages ? [row.inflight, present?.inProgress ?? null, present?.pending ?? null] : [row.inflight]}
          limit={limit}
          isStale={isForImages ? [isStale, isQueueStale, isQueueStale] : isStale}
          choice={
            rows.length < 2 ? null : (
              <Select
                aria-label={TEXT.historySlotClass}
                size="xs"
                w={200}
                allowDeselect={false}
                value={nameOfRow(row)}
                onChange={setChosen}
                data={[...new Set(rows.map(nameOfRow))]}
              />
            )
          }
        />
        <ChartCard chart={REQUESTS} points={requestPoints} isLoading={requests.data === undefined} times={coarse} isStale={isStale} />
      </div>
      <p className="ada-quiet gateway-small">{TEXT.historyNote}</p>
      <FlapsCard hostId={hostId} profile={profile} reading={reading} times={fine} unrecorded={unrecorded} isStale={isStale} />
      <RequestsSection hostId={hostId} profile={profile} times={coarse} />
    </>
  );
}

interface ChartCardProps {
  readonly chart: GatewayChart;
  readonly points: readonly ChartPoint[];
  readonly isLoading: boolean;
  readonly times: ChartSpan;
  /** The newest values; default: those of the newest bucket. */
  readonly now?: readonly (number | null)[];
  readonly limit?: ChartLimit | null;
  /** Of all series, or of each. */
  readonly isStale: boolean | readonly boolean[];
  readonly choice?: ReactNode;
}

/** The stored buckets of a chart in the span shown; none while loading. */
function usePoints(
  answer: SeriesAnswer | undefined,
  chart: Pick<GatewayChart, 'metrics' | 'isCount'>,
  span: ChartSpan['span'],
): readonly ChartPoint[] {
  return useMemo(() => {
    if (answer === undefined) return [];
    const columns = chart.metrics.map((_metric, i) => i);
    const all = chart.isCount ? countPoints(answer, columns) : storedPoints(answer, columns, 1);
    return all.filter((point) => point.startMs + point.bucketMs > span.fromMs && point.startMs < span.toMs);
  }, [answer, chart, span]);
}

function ChartCard({ chart, points, isLoading, times, now, limit = null, isStale, choice = null }: ChartCardProps) {
  return (
    <Card
      title={chart.title}
      quietTitle
      compact
      aside={
        <span className="gateway-chart-head">
          <Readout
            series={chart.series}
            points={points}
            bucketMs={times.bucketMs}
            unit={chart.unit}
            now={now ?? points.at(-1)?.mean ?? []}
            isStale={isStale}
            hasMarks={chart.isCount}
            {...(chart.isCount ? { suffix: describeBucket(times.bucketMs) } : {})}
          />
          {choice}
        </span>
      }
    >
      <ChartBody chart={chart} points={points} times={times} limit={limit} empty={isLoading ? TEXT.loadingHistory : TEXT.noReadings} />
    </Card>
  );
}

interface ChartBodyProps {
  readonly chart: GatewayChart;
  readonly points: readonly ChartPoint[];
  readonly times: ChartSpan;
  readonly limit: ChartLimit | null;
  readonly empty: string;
}

const ChartBody = memo(function ChartBody({ chart, points, times, limit, empty }: ChartBodyProps) {
  return (
    <TimeSeries
      title={chart.title}
      series={chart.series}
      points={points}
      bucketMs={times.bucketMs}
      fromMs={times.span.fromMs}
      toMs={times.span.toMs}
      nowMs={times.nowMs}
      bounds={times.bounds}
      stepMs={MAX_POLL_MS}
      unit={chart.unit}
      heightPx={CHART_HEIGHT_PX}
      shape={chart.isCount ? 'bars' : 'lines'}
      limit={limit}
      empty={empty}
    />
  );
});
