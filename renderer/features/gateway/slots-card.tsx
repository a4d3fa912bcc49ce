import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { AdmissionRow, GatewayReading, GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { UNKNOWN } from '../../../shared/format.ts';
import { slotsSubject } from '../../../shared/gateway-subjects.ts';
import { bridge } from '../../bridge.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Card } from '../../ui/card.tsx';
import type { MenuEntry } from '../../ui/context-menu.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { inOrder, nameOfRow } from './admission-rows.ts';
import { copyEntry } from './copy-entry.ts';
import { FoldLine } from './fold-line.tsx';
import { SlotDots } from './slot-dots.tsx';
import { describeIdle, describeSlotHistory, describeSlots, TEXT } from './text.ts';

const SHOWN_MS = 15 * 60_000;
const BUCKETS = 90;
const REFRESH_INTERVAL_MS = 4_000;

function useSlotHistory({ hostId, profile }: GatewayState, rows: readonly AdmissionRow[]) {
  const subjects = profile === null ? [] : rows.slice(0, SERIES_LIMITS.subjects).map((row) => slotsSubject(profile, row));
  return useQuery({
    queryKey: ['history', 'series', hostId, 'gateway-slots', subjects],
    queryFn: () => {
      const toMs = Date.now();
      return bridge.history.series({
        hostId: hostId ?? '',
        kind: 'gateway-slots',
        subjects,
        metrics: ['slotsInUse'],
        fromMs: toMs - SHOWN_MS,
        toMs,
        buckets: BUCKETS,
      });
    },
    enabled: hostId !== null && subjects.length > 0,
    refetchInterval: REFRESH_INTERVAL_MS,
  });
}

/** The most slots in use in the time shown; null = no readings. */
function peakOf(taken: readonly (number | null)[], row: AdmissionRow): number | null {
  // The history is read less often than the current value.
  const known = [...taken, row.inflight].filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

interface SlotRow {
  readonly row: AdmissionRow;
  readonly taken: readonly (number | null)[];
  readonly peak: number | null;
}

function slotColumns(isStale: boolean): readonly DataColumn<SlotRow>[] {
  return [
    { id: 'class', label: TEXT.slotClass, minWidth: 140, sortBy: ({ row }) => row.backendClass, cell: ({ row }) => row.backendClass },
    { id: 'kind', label: TEXT.slotKind, width: 96, sortBy: ({ row }) => row.routeKind, cell: ({ row }) => row.routeKind },
    { id: 'taken', label: TEXT.inUse, kind: 'number', width: 76, sortBy: ({ row }) => row.inflight, cell: ({ row }) => describeSlots(row) },
    { id: 'dots', label: TEXT.slots, width: 96, cell: ({ row }) => <SlotDots row={row} isStale={isStale} /> },
    {
      id: 'line',
      label: TEXT.slotsAside,
      header: (
        <span className="gateway-axis">
          <span>{TEXT.chartStart}</span>
          <span>{TEXT.chartEnd}</span>
        </span>
      ),
      minWidth: 160,
      dropOrder: 1,
      cell: ({ row, taken, peak }) => (
        <span className="gateway-line">
          <Sparkline
            values={taken}
            max={row.limit ?? Math.max(1, peak ?? 1)}
            color={isStale ? 'var(--ada-stale)' : 'var(--ada-line-cyan)'}
            label={describeSlotHistory(row)}
          />
        </span>
      ),
    },
    { id: 'peak', label: TEXT.peak, kind: 'number', width: 72, sortBy: ({ peak }) => peak, cell: ({ peak }) => peak ?? UNKNOWN },
  ];
}

/** Nobody uses the slots of such a class, or has lately; the one for images is always shown. */
const isIdle = ({ row, peak }: SlotRow, imagesClass: string | undefined): boolean =>
  row.inflight === 0 && (peak ?? 0) === 0 && !(row.routeKind === 'images' && row.backendClass === imagesClass);

const useShowsIdle = createPageState(false);

/** Limit and use of the slots of each class, now and over the last 15 minutes; idle classes are folded into one line. */
export function SlotsCard({
  reading,
  isStale,
  state,
}: {
  readonly reading: GatewayReading;
  readonly isStale: boolean;
  readonly state: GatewayState;
}) {
  const columns = useMemo(() => slotColumns(isStale), [isStale]);
  const [showsIdle, setShowsIdle] = useShowsIdle();
  const rows = reading.admission;
  const history = useSlotHistory(state, rows ?? []).data;
  /** The most slots in use in each bucket; null = no readings. */
  const takenOf = (row: AdmissionRow) => valuesOfBuckets(history?.columns[rows?.indexOf(row) ?? -1], 'max');
  const imagesClass = state.profile?.imagesClass;
  const all = inOrder(rows ?? [], imagesClass).map((row): SlotRow => {
    const taken = takenOf(row);
    return { row, taken, peak: peakOf(taken, row) };
  });
  const idle = all.filter((row) => isIdle(row, imagesClass));
  return (
    <Card title={TEXT.slots} aside={<span className="ada-quiet gateway-small">{TEXT.slotsAside}</span>}>
      {rows === null ? (
        <StatusWord tone="unknown" word={TEXT.slotsNotReported} />
      ) : (
        <>
          <DataTable
            id="gateway.slots"
            caption={TEXT.slots}
            columns={columns}
            rows={[...all.filter((row) => !idle.includes(row)), ...(showsIdle ? idle : [])]}
            rowKey={({ row }) => nameOfRow(row)}
            rowMenu={({ row }) => slotMenu(row)}
            empty={<p className="ada-quiet">{rows.length === 0 ? TEXT.noLimits : TEXT.allIdle}</p>}
            isStale={isStale}
          />
          <FoldLine
            text={describeIdle(idle.length)}
            names={idle.map(({ row }) => nameOfRow(row))}
            isOpen={showsIdle}
            isStale={isStale}
            onToggle={() => setShowsIdle(!showsIdle)}
          />
        </>
      )}
    </Card>
  );
}

const slotMenu = (row: AdmissionRow): readonly MenuEntry[] => [
  copyEntry(TEXT.copyClass, nameOfRow(row)),
  copyEntry(TEXT.copyRow, `${nameOfRow(row)}: ${describeSlots(row)}`),
];
