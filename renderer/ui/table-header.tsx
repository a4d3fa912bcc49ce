import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DataColumn } from './table-columns.ts';

export interface HeaderCellProps {
  readonly column: Pick<DataColumn<never>, 'id' | 'label' | 'header' | 'kind'>;
  readonly sorted: 'asc' | 'desc' | false;
  /** Null for a column that cannot be sorted. */
  readonly onSort: (() => void) | null;
  readonly menu: ReactNode;
}

const SORT_ICONS = { asc: IconChevronUp, desc: IconChevronDown, none: IconSelector } as const;

/** The header of a column; a button if the column can be sorted: one direction, the other, then the original order. */
export function HeaderCell({ column: { id, label, header, kind = 'text' }, sorted, onSort, menu }: HeaderCellProps) {
  const Icon = SORT_ICONS[sorted === false ? 'none' : sorted];
  return (
    <th
      scope="col"
      className={`ada-table-${kind}`}
      data-column={id}
      aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
    >
      {kind === 'actions' ? (
        <>
          <span className="ada-table-unseen">{label}</span>
          {menu}
        </>
      ) : onSort === null ? (
        (header ?? label)
      ) : (
        <button type="button" className="ada-table-sort" data-sorted={sorted !== false || undefined} onClick={onSort}>
          <span>{label}</span>
          <Icon size={13} aria-hidden />
        </button>
      )}
    </th>
  );
}
