import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { GatewayState, SeenCertificate } from '../../../shared/capabilities/gateway/contract.ts';
import { describeCertificate, describeDaysLeft } from '../../../shared/diagnosis/certificates.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { formatDateTime } from '../../../shared/format.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { toneOf } from '../../ui/tone.tsx';
import { copyEntry } from './copy-entry.ts';
import { endpointKey } from './endpoint-key.ts';
import { CERTIFICATES_TEXT as TEXT } from './history-text.ts';

const REFRESH_INTERVAL_MS = 600_000;

export interface Certificates {
  /** Null = not read yet. */
  readonly certificates: readonly SeenCertificate[] | null;
  /** Why they could not be read last. */
  readonly error: PanelError | null;
}

/** The certificates on the way of a request, read anew every 10 min. */
export function useCertificates(state: GatewayState, isLive: boolean): Certificates {
  const host = useHostBridge();
  const query = useQuery({
    // A change of the state of the gateway may be one of its certificate.
    queryKey: ['gateway.certificates', ...endpointKey(state), state.trust, isLive],
    queryFn: () => host.gateway.certificates(),
    refetchInterval: REFRESH_INTERVAL_MS,
    staleTime: REFRESH_INTERVAL_MS / 2,
    placeholderData: (previous, before) => (before?.queryKey[1] === state.hostId ? previous : undefined),
  });
  return { certificates: query.data ?? null, error: query.error === null ? null : toPanelError(query.error) };
}

function columnsAt(nowMs: number): readonly DataColumn<SeenCertificate>[] {
  return [
    {
      id: 'place',
      label: TEXT.place,
      minWidth: 130,
      sortBy: ({ kind, place }) => `${kind} ${place}`,
      title: ({ place }) => place,
      cell: ({ kind, place }) => (
        <>
          {TEXT.kinds[kind]} <span className="ada-quiet">{place}</span>
        </>
      ),
    },
    {
      id: 'left',
      label: TEXT.left,
      width: 150,
      sortBy: ({ endsAt }) => endsAt,
      title: ({ endsAt }) => (endsAt === null ? undefined : formatDateTime(endsAt)),
      cell: (row) => <StatusWord tone={toneOf(describeCertificate(row, nowMs).severity)} word={describeDaysLeft(row, nowMs)} quiet />,
    },
    {
      id: 'names',
      label: TEXT.names,
      kind: 'prose',
      minWidth: 120,
      dropOrder: 2,
      cell: ({ names, subject, problem }) => <span className="ada-quiet">{problem ?? (names === '' ? subject : names)}</span>,
    },
    { id: 'issuer', label: TEXT.issuer, minWidth: 110, dropOrder: 1, sortBy: ({ issuer }) => issuer, cell: ({ issuer }) => issuer },
  ];
}

/** When each certificate ends, with names, issuer and remedy. */
export function CertificatesCard({ certificates, error }: Certificates) {
  // Days are shown, so that an hour is exact enough.
  const nowMs = useOfNow((at) => Math.floor(at / 3_600_000) * 3_600_000);
  const columns = useMemo(() => columnsAt(nowMs), [nowMs]);
  return (
    <Card title={TEXT.title}>
      {error === null ? null : <ErrorNotice error={error} tone="warning" />}
      <DataTable
        id="gateway.certificates"
        caption={TEXT.title}
        columns={columns}
        rows={certificates ?? (error === null ? null : [])}
        rowKey={({ kind, place }) => `${kind} ${place}`}
        rowMenu={(row) => [
          copyEntry(TEXT.copyNames, row.names),
          copyEntry(TEXT.copyRow, `${TEXT.kinds[row.kind]} ${row.place}: ${describeDaysLeft(row, nowMs)}, ${row.names}, ${row.issuer}`),
        ]}
        empty={error === null ? <p className="ada-quiet">{TEXT.none}</p> : null}
        isStale={error !== null}
      />
    </Card>
  );
}
