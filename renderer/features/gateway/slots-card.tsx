import { useQuery } from '@tanstack/react-query';
import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { AdmissionRow, GatewayReading, GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { slotsSubject } from '../../../shared/gateway-subjects.ts';
import { bridge } from '../../bridge.ts';
import { Card } from '../../ui/card.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { inOrder } from './admission-rows.ts';
import { SlotDots } from './slot-dots.tsx';
import { describeSlotHistory, describeSlots, TEXT } from './text.ts';

const SHOWN_MS = 15 * 60_000;
const BUCKETS = 90;
const READ_AGAIN_MS = 4_000;

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
    refetchInterval: READ_AGAIN_MS,
  });
}

/** The most slots in use in the time shown; null = no readings. */
function peakOf(taken: readonly (number | null)[], row: AdmissionRow): number | null {
  // The history is read less often than the current value.
  const known = [...taken, row.inflight].filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Limit and use of the slots of each class, now and over the last 15 minutes. */
export function SlotsCard({
  reading,
  isStale,
  state,
}: {
  readonly reading: GatewayReading;
  readonly isStale: boolean;
  readonly state: GatewayState;
}) {
  const rows = reading.admission;
  const history = useSlotHistory(state, rows ?? []).data;
  /** The most slots in use in each bucket; null = no readings. */
  const takenOf = (row: AdmissionRow) => valuesOfBuckets(history?.columns[rows?.indexOf(row) ?? -1], 'max');
  return (
    <Card title={TEXT.slots} aside={<span className="ada-quiet gateway-small">{TEXT.slotsAside}</span>}>
      {rows === null ? (
        <StatusWord tone="unknown" word={TEXT.slotsNotReported} />
      ) : rows.length === 0 ? (
        <p className="ada-quiet">{TEXT.noLimits}</p>
      ) : (
        <table className="gateway-table">
          <colgroup>
            <col />
            <col style={{ width: 96 }} />
            <col style={{ width: 64 }} />
            <col style={{ width: 104 }} />
            <col className="gateway-col-line" />
            <col style={{ width: 64 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{TEXT.slotClass}</th>
              <th scope="col">{TEXT.slotKind}</th>
              <th scope="col" className="gateway-right">
                {TEXT.inUse}
              </th>
              <th scope="col">{TEXT.slots}</th>
              <th scope="col" className="gateway-line">
                <span className="gateway-axis">
                  <span>{TEXT.chartStart}</span>
                  <span>{TEXT.chartEnd}</span>
                </span>
              </th>
              <th scope="col" className="gateway-right">
                {TEXT.peak}
              </th>
            </tr>
          </thead>
          <tbody>
            {inOrder(rows, state.profile?.imagesClass).map((row) => (
              <tr key={`${row.backendClass}.${row.routeKind}`} data-stale={isStale || undefined}>
                <th scope="row" className="gateway-cut">
                  {row.backendClass}
                </th>
                <td>{row.routeKind}</td>
                <td className="gateway-right">{describeSlots(row)}</td>
                <td>
                  <SlotDots row={row} isStale={isStale} />
                </td>
                <td className="gateway-line">
                  <Sparkline
                    values={takenOf(row)}
                    max={row.limit ?? Math.max(1, peakOf(takenOf(row), row) ?? 1)}
                    color={isStale ? 'var(--ada-stale)' : 'var(--ada-line-cyan)'}
                    label={describeSlotHistory(row)}
                  />
                </td>
                <td className="gateway-right">{peakOf(takenOf(row), row) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
