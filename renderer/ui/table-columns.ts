import type { ReactNode } from 'react';

/** Width in px of a column that names none and shares what the others leave. */
const FLEXIBLE_MIN_PX = 120;

/** What a cell may ask of the table around it. */
export interface TableView {
  /** The rows are in another order than the one they came in. */
  readonly isSorted: boolean;
  readonly isShown: (columnId: string) => boolean;
}

/** One column of a `DataTable`. The first one names the row: it is its header, stays in sight and is always shown. */
export interface DataColumn<Row> {
  readonly id: string;
  readonly label: string;
  /** Drawn in place of the label, in a column that cannot be sorted. */
  readonly header?: ReactNode;
  /** What the column is sorted by, read from the row alone; null and NaN mean unknown. Without it the column cannot be sorted. */
  readonly sortBy?: (row: Row) => string | number | null;
  readonly cell: (row: Row, view: TableView) => ReactNode;
  /** Shown when the cell is pointed at. */
  readonly title?: (row: Row) => string | undefined;
  /** `text` is cut where it is too long, `prose` wraps, `number` is at the right, `actions` has a header for screen readers only. */
  readonly kind?: 'text' | 'prose' | 'number' | 'actions';
  /** Width in px; without it the column shares what is left. */
  readonly width?: number;
  /** Least width in px of a column without `width`. */
  readonly minWidth?: number;
  /** The operator can hide the column, and it gives way in a narrow window: the lowest number first. */
  readonly dropOrder?: number;
}

type ColumnWidth = Pick<DataColumn<never>, 'width' | 'minWidth'>;

/** The least width in px at which every one of these columns can be read. */
export function widthNeeded(columns: readonly ColumnWidth[]): number {
  return columns.reduce((sum, { width, minWidth }) => sum + (width ?? minWidth ?? FLEXIBLE_MIN_PX), 0);
}

/**
 * The columns that are drawn. `chosen`: what the operator decided, by column id. `roomPx`: width for the table, null = not measured yet.
 * A column that the operator chose stays; the table then scrolls.
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

/** Order of two known values of one column, ascending: numbers by size, text by alphabet with the numbers in it by size. */
export function compareKnown(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : byText.compare(String(a), String(b));
}
