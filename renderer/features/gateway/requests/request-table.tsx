import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import type { RequestFilter, RequestGroup } from '../../../../shared/capabilities/gateway/requests.ts';
import { formatCount } from '../../../../shared/format.ts';
import { Age } from '../../../ui/age.tsx';
import type { MenuEntry } from '../../../ui/context-menu.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import type { DataColumn } from '../../../ui/table-columns.ts';
import { copyEntry } from '../copy-entry.ts';
import { TEXT } from '../text.ts';
import { describeGroup, describeLatencyMs, nameOfGroup, REQUESTS_TEXT } from './text.ts';

const count = (
  id: 'requests' | 'errors' | 'rejected429' | 'rejected503',
  label: string,
  width: number,
  dropOrder?: number,
): DataColumn<RequestGroup> => ({
  id,
  label,
  kind: 'number',
  width,
  ...(dropOrder === undefined ? {} : { dropOrder }),
  sortBy: (row) => row[id],
  cell: (row) => (row[id] === 0 && id !== 'requests' ? <span className="ada-quiet">0</span> : formatCount(row[id])),
});
const latency = (id: 'p50Ms' | 'p95Ms', label: string, dropOrder: number): DataColumn<RequestGroup> => ({
  id,
  label,
  kind: 'number',
  width: 86,
  dropOrder,
  sortBy: (row) => row[id],
  cell: (row) => describeLatencyMs(row[id]),
});

const COLUMNS: readonly DataColumn<RequestGroup>[] = [
  {
    id: 'route',
    label: REQUESTS_TEXT.route,
    minWidth: 170,
    sortBy: ({ name }) => name,
    title: ({ name }) => nameOfGroup(name),
    cell: ({ name }) => (name === null ? <span className="ada-quiet">{nameOfGroup(name)}</span> : <span className="ada-mono">{name}</span>),
  },
  count('requests', REQUESTS_TEXT.columnRequests, 96),
  count('errors', REQUESTS_TEXT.columnErrors, 84, 3),
  count('rejected429', '429', 72),
  count('rejected503', '503', 72),
  latency('p50Ms', 'p50', 2),
  latency('p95Ms', 'p95', 4),
  {
    id: 'last',
    label: REQUESTS_TEXT.lastSeen,
    kind: 'number',
    width: 110,
    dropOrder: 1,
    sortBy: ({ lastAt }) => lastAt,
    cell: ({ lastAt }) => <Age at={lastAt} />,
  },
];

/** Requests by route; Enter on a row shows only its requests. */
export function RequestTable({
  rows,
  isStale,
  onFilter,
}: {
  /** Null = loading. */
  readonly rows: readonly RequestGroup[] | null;
  readonly isStale: boolean;
  readonly onFilter: (filter: RequestFilter) => void;
}) {
  const menuOf = (row: RequestGroup): readonly MenuEntry[] => [
    { id: 'only', label: REQUESTS_TEXT.filterTo, icon: IconFilter, run: () => onFilter({ field: 'route', value: row.name, isOut: false }) },
    {
      id: 'out',
      label: REQUESTS_TEXT.filterOut,
      icon: IconFilterOff,
      run: () => onFilter({ field: 'route', value: row.name, isOut: true }),
    },
    copyEntry(TEXT.copyName, nameOfGroup(row.name)),
    copyEntry(TEXT.copyRow, describeGroup(row)),
  ];
  return (
    <DataTable
      id="gateway.requests.route"
      caption={REQUESTS_TEXT.byRoute}
      columns={COLUMNS}
      rows={rows}
      rowKey={({ name }) => name ?? ''}
      rowName={({ name }) => nameOfGroup(name)}
      rowMenu={menuOf}
      onRowOpen={({ name }) => onFilter({ field: 'route', value: name, isOut: false })}
      empty={<p className="ada-quiet">{REQUESTS_TEXT.noRequests}</p>}
      isStale={isStale}
    />
  );
}
