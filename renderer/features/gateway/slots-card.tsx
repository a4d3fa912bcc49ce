import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { BUCKET_WIDTH } from '../../../shared/buckets.ts';
import type { AdmissionHistory, AdmissionRow, GatewayReading } from '../../../shared/contract/gateway.ts';
import { bridge } from '../../bridge.ts';
import { Card } from '../../ui/card.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { SlotDots } from './slot-dots.tsx';
import { inOrder, slotsInWords } from './words.ts';

const SHOWN_MS = 15 * 60_000;
const BUCKETS = 90;
const READ_AGAIN_MS = 4_000;

function useSlotHistory(hostId: string | null) {
  return useQuery({
    queryKey: ['gateway.history', hostId],
    queryFn: () => {
      const toMs = Date.now();
      return bridge.gateway.history({ fromMs: toMs - SHOWN_MS, toMs, buckets: BUCKETS });
    },
    refetchInterval: READ_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}

/** The most slots taken in each stretch of time; null where nothing was read. */
export function mostTaken(history: AdmissionHistory | undefined, row: AdmissionRow): readonly (number | null)[] {
  const at = history?.rows.findIndex((known) => known.backendClass === row.backendClass && known.routeKind === row.routeKind) ?? -1;
  const column = history?.columns[at];
  const values: (number | null)[] = [];
  for (let cell = 0; column !== undefined && cell + BUCKET_WIDTH <= column.length; cell += BUCKET_WIDTH) {
    values.push((column[cell + 4] ?? 0) > 0 ? (column[cell + 2] ?? null) : null);
  }
  return values;
}

/** Who may do how much at once, how much of it is taken now, and how that was in the last quarter of an hour. */
export function SlotsCard({
  reading,
  isStale,
  hostId,
}: {
  readonly reading: GatewayReading;
  readonly isStale: boolean;
  readonly hostId: string | null;
}) {
  const history = useSlotHistory(hostId).data;
  const rows = reading.admission;
  return (
    <Card title="Slots" aside={<span className="ada-quiet gateway-small">taken now, and the last 15 minutes</span>}>
      {rows === null ? (
        <StatusWord tone="unknown" word="The gateway does not tell its slots." />
      ) : rows.length === 0 ? (
        <p className="ada-quiet">The gateway has no limits set.</p>
      ) : (
        <table className="gateway-table">
          <colgroup>
            <col />
            <col style={{ width: 96 }} />
            <col style={{ width: 64 }} />
            <col style={{ width: 104 }} />
            <col className="gateway-col-line" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Kind</th>
              <th scope="col" className="gateway-right">
                Taken
              </th>
              <th scope="col">Slots</th>
              <th scope="col">Over time</th>
            </tr>
          </thead>
          <tbody>
            {inOrder(rows).map((row) => (
              <tr key={`${row.backendClass}.${row.routeKind}`} data-stale={isStale || undefined}>
                <th scope="row" className="gateway-cut">
                  {row.backendClass}
                </th>
                <td>{row.routeKind}</td>
                <td className="gateway-right">{slotsInWords(row)}</td>
                <td>
                  <SlotDots row={row} isStale={isStale} />
                </td>
                <td className="gateway-line">
                  <Sparkline
                    values={mostTaken(history, row)}
                    max={row.limit ?? 1}
                    color={isStale ? 'var(--ada-stale)' : 'var(--ada-line-cyan)'}
                    label={`Slots of ${row.backendClass} for ${row.routeKind} taken, last 15 minutes`}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
