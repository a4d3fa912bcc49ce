import { useMemo } from 'react';
import type { GatewayReading, HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { TONE_RANK, type Tone } from '../../ui/tone.tsx';
import { describeHealth, TEXT } from './text.ts';

interface BackendRow {
  readonly row: HealthRow;
  readonly is: ReturnType<typeof describeHealth>;
}

function backendColumns(isStale: boolean, imagesClass: string): readonly DataColumn<BackendRow>[] {
  return [
    {
      id: 'name',
      label: TEXT.backend,
      width: 184,
      sortBy: ({ row }) => row.name,
      title: ({ row }) => row.name,
      cell: ({ row }) => (
        <>
          {row.name}
          {row.name === imagesClass ? <span className="gateway-tag">{TEXT.imagesTag}</span> : null}
        </>
      ),
    },
    {
      id: 'state',
      label: TEXT.state,
      width: 130,
      sortBy: ({ is }) => TONE_RANK[is.tone],
      cell: ({ is }) => <StatusWord tone={isStale && is.tone !== 'off' ? 'stale' : is.tone} word={is.word} quiet />,
    },
    {
      id: 'details',
      label: TEXT.details,
      kind: 'prose',
      minWidth: 140,
      cell: ({ is }) => <span className="ada-quiet">{is.detail}</span>,
    },
    {
      id: 'checked',
      label: TEXT.checked,
      kind: 'number',
      width: 90,
      dropOrder: 1,
      sortBy: ({ row }) => (row.checkedAt === null ? null : -row.checkedAt),
      cell: ({ row }) => <Age at={row.checkedAt} />,
    },
  ];
}

/** The gateway's last check of each backend: the class for images first, then the worst first, backends that are not set up last. */
export function BackendsCard({
  reading,
  isStale,
  imagesClass,
}: {
  readonly reading: GatewayReading;
  readonly isStale: boolean;
  readonly imagesClass: string;
}) {
  const nowMs = useNow();
  const rank = (name: string, tone: Tone): number => (name === imagesClass ? -1 : TONE_RANK[tone]);
  const rows = reading.health
    ?.map((row) => ({ row, is: describeHealth(row, nowMs) }))
    .sort((a, b) => rank(a.row.name, a.is.tone) - rank(b.row.name, b.is.tone) || (a.row.name < b.row.name ? -1 : 1));
  const columns = useMemo(() => backendColumns(isStale, imagesClass), [isStale, imagesClass]);
  return (
    <Card title={TEXT.backends} aside={<span className="ada-quiet gateway-small">{TEXT.backendsAside}</span>}>
      {rows === undefined ? (
        <StatusWord tone="unknown" word={TEXT.healthNotReported} />
      ) : (
        <DataTable
          id="gateway.backends"
          caption={TEXT.backends}
          columns={columns}
          rows={rows}
          rowKey={({ row }) => row.name}
          empty={<p className="ada-quiet">{TEXT.noCheckYet}</p>}
          isStale={isStale}
          isRowStale={({ is }) => is.tone === 'off'}
        />
      )}
    </Card>
  );
}
