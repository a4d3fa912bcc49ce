import { useMemo } from 'react';
import type { GatewayReading, HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useNow } from '../../ui/clock.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import type { DataColumn } from '../../ui/table-columns.ts';
import { TONE_RANK, type Tone } from '../../ui/tone.tsx';
import { copyEntry } from './copy-entry.ts';
import { FoldLine } from './fold-line.tsx';
import { describeHealth, describeWell, TEXT } from './text.ts';

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
      minWidth: 140,
      title: ({ is }) => is.detail,
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

const useShowsWell = createPageState(false);

/** The gateway's last check of each backend, those that are ready or not set up folded into one line: the class for images first, then the worst first, backends that are not set up last. */
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
    ?.map((row) => ({ row, is: describeHealth(row, imagesClass, nowMs) }))
    .sort((a, b) => rank(a.row.name, a.is.tone) - rank(b.row.name, b.is.tone) || (a.row.name < b.row.name ? -1 : 1));
  const [showsWell, setShowsWell] = useShowsWell();
  const well = (rows ?? []).filter(({ row, is }) => row.name !== imagesClass && (is.tone === 'good' || is.tone === 'off'));
  const columns = useMemo(() => backendColumns(isStale, imagesClass), [isStale, imagesClass]);
  return (
    <Card title={TEXT.backends} aside={<span className="ada-quiet gateway-small">{TEXT.backendsAside}</span>}>
      {rows === undefined ? (
        <StatusWord tone="unknown" word={TEXT.healthNotReported} />
      ) : (
        <>
          <DataTable
            id="gateway.backends"
            caption={TEXT.backends}
            columns={columns}
            rows={[...rows.filter((row) => !well.includes(row)), ...(showsWell ? well : [])]}
            rowKey={({ row }) => row.name}
            rowMenu={({ row, is }) => [
              copyEntry(TEXT.copyName, row.name),
              copyEntry(TEXT.copyRow, `${row.name}: ${is.word}. ${is.detail}`),
            ]}
            empty={<p className="ada-quiet">{rows.length === 0 ? TEXT.noCheckYet : TEXT.allWell}</p>}
            isStale={isStale}
            isRowStale={({ is }) => is.tone === 'off'}
          />
          <FoldLine
            text={describeWell(well.filter(({ is }) => is.tone === 'good').length, well.filter(({ is }) => is.tone === 'off').length)}
            names={well.map(({ row }) => row.name)}
            isOpen={showsWell}
            isStale={isStale}
            onToggle={() => setShowsWell(!showsWell)}
          />
        </>
      )}
    </Card>
  );
}
