import type { ReactNode } from 'react';

/** Least width in px of a column without a width. */
const FLEXIBLE_MIN_PX = 120;

/** What a cell knows of its table. */
export interface TableView {
  /** The operator sorted the rows. */
  readonly isSorted: boolean;
  readonly isShown: (columnId: string) => boolean;
}

/** One column of a `DataTable`. The first column names the row: it is the row's header, sticky, and always shown. */
export interface DataColumn<Row> {
  readonly id: string;
  readonly label: string;
  /** Drawn in place of the label, in a column that cannot be sorted. */
  readonly header?: ReactNode;
  /** The sort key, read from the row alone; null and NaN mean unknown. A column without it cannot be sorted. */
  readonly sortBy?: (row: Row) => string | number | null;
  readonly cell: (row: Row, view: TableView) => ReactNode;
  /** The cell's tooltip. */
  readonly title?: (row: Row) => string | undefined;
  /** `text` is truncated, `prose` wraps, `number` is right-aligned, `actions` has a header for screen readers only. */
  readonly kind?: 'text' | 'prose' | 'number' | 'actions';
  /** Width in px; without it the column shares the remaining width. */
  readonly width?: number;
  /** Least width in px of a column without `width`. */
  readonly minWidth?: number;
  /** The operator can hide the column; in a narrow window columns are dropped from the lowest number up. */
  readonly dropOrder?: number;
}

type ColumnWidth = Pick<DataColumn<never>, 'width' | 'minWidth'>;

/** The least width in px at which all of these columns are readable. */
export function widthNeeded(columns: readonly ColumnWidth[]): number {
  return columns.reduce((sum, { width, minWidth }) => sum + (width ?? minWidth ?? FLEXIBLE_MIN_PX), 0);
}

/**
 * The columns to draw. `chosen`: the operator's choice by column id. `roomPx`: width for the table, null = not measured yet.
 * A column that the operator chose is never dropped; the table scrolls instead.
 */
export function shownColumns<Column extends ColumnWidth & Pick<DataColumn<never>, 'id' | 'dropOrder'>>(
  columns: readonly Column[],
  chosen: Readonly<Record<string, boolean>>,
  roomPx: number | null,
): readonly Column[] {
  let shown = columns.filter(({ id, dropOrder }) => dropOrder === undefined || chosen[id] !== false);
  while (roomPx !== null && widthNeeded(shown) > roomPx) {
    const [first] = shown
      .filter(({ id, dropOrder }) => dropOrder !== undefined && chosen[id] !== true)
      .toSorted((a, b) => (a.dropOrder ?? 0) - (b.dropOrder ?? 0));
    if (first === undefined) break;
    shown = shown.filter((column) => column !== first);
  }
  return shown;
}

const byText = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Compares two known values of one column, ascending: numbers by value, text alphabetically with embedded numbers by value. */
function compareKnown(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : byText.compare(String(a), String(b));
}

/** A column as the table library needs it: how it is sorted. Undefined means unknown. */
export function columnForSorting<Row>({ id, sortBy, kind }: DataColumn<Row>) {
  if (sortBy === undefined) return { id };
  return {
    id,
    accessorFn: (row: Row) => {
      const value = sortBy(row);
      return value === null || Number.isNaN(value) ? undefined : value;
    },
    sortFn: (a: { getValue: (columnId: string) => unknown }, b: { getValue: (columnId: string) => unknown }) =>
      compareKnown(a.getValue(id), b.getValue(id)),
    sortUndefined: 'last' as const,
    sortDescFirst: kind === 'number',
  };
}

/** Rows in the order of `heldIds`; those that came since are last. */
export function inHeldOrder<Row extends { readonly id: string }>(rows: readonly Row[], heldIds: readonly string[]): readonly Row[] {
  const place = new Map(heldIds.map((id, at) => [id, at]));
  const placeOf = ({ id }: Row): number => place.get(id) ?? heldIds.length;
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}
