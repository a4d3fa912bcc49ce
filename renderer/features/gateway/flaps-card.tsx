import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { isNotSetUp } from '../../../shared/diagnosis/gateway-backends.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { formatClockShort, formatDateTime, formatDuration, formatRecentTime, UNKNOWN } from '../../../shared/format.ts';
import { gatewayEndpoint } from '../../../shared/gateway-subjects.ts';
import { bridge } from '../../bridge.ts';
import { createPageState } from '../../stores/page-state.ts';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import type { TimeSpan } from '../../ui/time-series/types.ts';
import { around } from '../history/around.ts';
import type { ChartSpan } from '../history/use-chart-span.ts';
import { copyEntry } from './copy-entry.ts';
import { type BackendFlaps, flapsOf, kindOfState } from './flaps.ts';
import { FoldLine } from './fold-line.tsx';
import { describeFlaps, describeSpan, describeUnchanged, FLAPS_TEXT as TEXT } from './history-text.ts';
import type { GatewayOfHost } from './use-gateway-series.ts';

const REFRESH_INTERVAL_MS = 5_000;
/** As long as events are kept. */
const BEFORE_MS = 14 * 86_400_000;

const useShowsUnchanged = createPageState(false);

function Lane({ row, fromMs, toMs }: { readonly row: BackendFlaps; readonly fromMs: number; readonly toMs: number }) {
  const share = (ms: number): string => `${(100 * ms) / (toMs - fromMs)}%`;
  return (
    <span className="gateway-lane" role="img" aria-label={describeFlaps(row)}>
      {row.spans.map((span) => (
        <span
          key={`${span.fromMs} ${span.state}`}
          data-state={kindOfState(span.state)}
          style={{ left: share(span.fromMs - fromMs), width: share(span.toMs - span.fromMs) }}
          title={describeSpan(span)}
        />
      ))}
    </span>
  );
}

function columnsOf({ fromMs, toMs }: ChartSpan['span'], nowMs: number): readonly DataColumn<BackendFlaps>[] {
  return [
    { id: 'name', label: TEXT.backend, width: 160, sortBy: ({ name }) => name, title: ({ name }) => name, cell: ({ name }) => name },
    {
      id: 'lane',
      label: TEXT.title,
      header: (
        <span className="gateway-axis">
          <span>{formatClockShort(fromMs)}</span>
          <span>{formatClockShort(toMs)}</span>
        </span>
      ),
      minWidth: 200,
      cell: (row) => <Lane row={row} fromMs={fromMs} toMs={toMs} />,
    },
    { id: 'outages', label: TEXT.outages, kind: 'number', width: 90, sortBy: ({ outages }) => outages, cell: ({ outages }) => outages },
    {
      id: 'longest',
      label: TEXT.longest,
      kind: 'number',
      width: 120,
      sortBy: ({ longestMs }) => longestMs,
      cell: ({ longestMs }) => formatDuration(longestMs),
    },
    {
      id: 'last',
      label: TEXT.last,
      kind: 'number',
      width: 130,
      dropOrder: 1,
      sortBy: ({ lastAt }) => lastAt,
      title: ({ lastAt }) => (lastAt === null ? undefined : formatDateTime(lastAt)),
      cell: ({ lastAt, isDown }) => (isDown ? TEXT.ongoing : lastAt === null ? UNKNOWN : formatRecentTime(lastAt, nowMs)),
    },
  ];
}

/** When each backend failed, how often and for how long at most, over the range of the charts. */
export function FlapsCard({
  hostId,
  profile,
  reading,
  times,
  unrecorded,
  isStale,
}: GatewayOfHost & {
  readonly reading: GatewayReading;
  readonly times: ChartSpan;
  /** The stretches without readings of the gateway; null while they load. */
  readonly unrecorded: readonly TimeSpan[] | null;
  readonly isStale: boolean;
}) {
  const { span, nowMs } = times;
  const [showsUnchanged, setShowsUnchanged] = useShowsUnchanged();
  const query = useQuery({
    queryKey: ['history', 'events', hostId, 'backends', times.requested.fromMs, times.requested.toMs],
    queryFn: () => bridge.history.events({ hostId, fromMs: times.requested.fromMs - BEFORE_MS, toMs: times.requested.toMs }),
    refetchInterval: REFRESH_INTERVAL_MS,
    placeholderData: (previous, before) => (before?.queryKey[2] === hostId ? previous : undefined),
  });
  const { health } = reading;
  const rows = useMemo(() => {
    if (health === null) return [];
    if (query.data === undefined || unrecorded === null) return null;
    const all = flapsOf({
      events: query.data,
      endpoint: gatewayEndpoint(profile),
      health: health.filter((row) => !isNotSetUp(row)),
      unrecorded,
      ...span,
      nowMs,
    });
    return [...all].sort((a, b) => b.outages - a.outages || b.downMs - a.downMs || (a.name < b.name ? -1 : 1));
  }, [query.data, health, profile, unrecorded, span, nowMs]);
  const columns = useMemo(() => columnsOf(span, nowMs), [span, nowMs]);
  const unchanged = rows?.filter(({ name, spans, outages }) => spans.length === 1 && outages === 0 && name !== profile.imagesClass) ?? [];
  return (
    <Card title={TEXT.title} aside={<span className="ada-quiet gateway-small">{TEXT.aside}</span>}>
      {query.error === null ? null : <ErrorNotice error={toPanelError(query.error)} tone="warning" />}
      <DataTable
        id="gateway.flaps"
        caption={TEXT.title}
        columns={columns}
        rows={
          rows === null
            ? query.error === null
              ? null
              : []
            : [...rows.filter((row) => !unchanged.includes(row)), ...(showsUnchanged ? unchanged : [])]
        }
        rowKey={({ name }) => name}
        rowMenu={(row) => [
          ...(row.lastAt === null ? [] : [logsEntry(row.lastAt)]),
          copyEntry(TEXT.copyRow, `${row.name}: ${describeFlaps(row)}`),
        ]}
        empty={query.error === null ? <p className="ada-quiet">{health === null ? TEXT.notReported : TEXT.none}</p> : null}
        isStale={isStale || query.error !== null}
      />
      <FoldLine
        text={describeUnchanged(unchanged.length)}
        names={unchanged.map(({ name }) => name)}
        isOpen={showsUnchanged}
        isStale={isStale}
        onToggle={() => setShowsUnchanged(!showsUnchanged)}
      />
    </Card>
  );
}

/** What the host logged around the newest outage. */
const logsEntry = (atMs: number) => ({
  id: 'logs',
  label: TEXT.logs,
  run: () => setPage('logs', around(atMs)),
});
