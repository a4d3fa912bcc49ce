import './table.css';
import {
  columnVisibilityFeature,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type MenuEntry, opensContextMenu } from './context-menu.ts';
import { columnForSorting, type DataColumn, inHeldOrder, shownColumns, type TableView, widthNeeded } from './table-columns.ts';
import { HeaderCell } from './table-header.tsx';
import { hasRow, isPlain, moveRowFocus, openByKey } from './table-keys.ts';
import { recallTable, rememberTable, type TableMemory } from './table-memory.ts';
import { TableMenu } from './table-menu.tsx';
import { describeActionsFor, describeScrolling, describeStaleTable, TEXT } from './text.ts';

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel() });
/** Width in px of the menu's column. */
const MENU_PX = 34;

export interface DataTableProps<Row extends RowData> {
  /** The key of the table's saved settings. */
  readonly id: string;
  /** Its name for screen readers. */
  readonly caption: string;
  readonly columns: readonly DataColumn<Row>[];
  /** In the order shown until the operator sorts; null = loading. */
  readonly rows: readonly Row[] | null;
  readonly rowKey: (row: Row) => string;
  /** Shown instead of an empty table. */
  readonly empty: ReactNode;
  /** All values are stale and drawn so. */
  readonly isStale: boolean;
  /** Marks single rows as stale. */
  readonly isRowStale?: (row: Row) => boolean;
  readonly rowTitle?: (row: Row) => string | undefined;
  /** `data-…` attributes of a row. */
  readonly rowData?: (row: Row) => Readonly<Record<`data-${string}`, string>>;
  /** What can be done with a row: its context menu. */
  readonly rowMenu?: (row: Row) => readonly MenuEntry[];
  /** Opens a row: Enter on it, or a double click. */
  readonly onRowOpen?: (row: Row) => void;
  /** Keys of a row that has the focus, such as `s`, besides arrows and Enter; true = the key was used. */
  readonly onRowKey?: (row: Row, event: KeyboardEvent<HTMLElement>) => boolean;
  /** What a row is called in its menu; default: its key. */
  readonly rowName?: (row: Row) => string;
}

/** The current width of the frame in px; null until it is mounted. */
function useRoom() {
  const ref = useRef<HTMLDivElement>(null);
  const [roomPx, setRoomPx] = useState<number | null>(null);
  useLayoutEffect(() => {
    const frame = ref.current;
    if (frame === null) return;
    setRoomPx(frame.clientWidth);
    const observer = new ResizeObserver(() => setRoomPx(frame.clientWidth));
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  return { ref, roomPx };
}

function useMemory(id: string): readonly [TableMemory, (next: TableMemory) => void] {
  const [memory, setMemory] = useState(() => recallTable(id));
  return [
    memory,
    (next) => {
      setMemory(next);
      rememberTable(id, next);
    },
  ];
}

/** A sortable table that saves the operator's settings, keeps the first column visible and scrolls inside its frame. Unknown values come last in either order. */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  if (props.rows === null) {
    return (
      <p className="ada-quiet" role="status">
        {TEXT.loading}
      </p>
    );
  }
  return props.rows.length === 0 ? props.empty : <FilledTable {...props} rows={props.rows} />;
}

function FilledTable<Row extends RowData>({
  id,
  caption,
  columns,
  rows,
  rowKey,
  isStale,
  isRowStale,
  rowTitle,
  rowData,
  rowMenu,
  onRowOpen,
  onRowKey,
  rowName = rowKey,
}: Omit<DataTableProps<Row>, 'rows' | 'empty'> & { readonly rows: readonly Row[] }) {
  const { ref, roomPx } = useRoom();
  const [memory, setMemory] = useMemory(id);
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const [heldIds, setHeldIds] = useState<readonly string[] | null>(null);
  const hasMenu = columns.some(({ dropOrder }) => dropOrder !== undefined);
  const menuPx = hasMenu && columns.at(-1)?.kind !== 'actions' ? MENU_PX : 0;
  const { sort, chosen } = memory;
  const shown = useMemo(() => shownColumns(columns, chosen, roomPx === null ? null : roomPx - menuPx), [columns, chosen, roomPx, menuPx]);
  const neededPx = widthNeeded(shown) + menuPx;
  const sorting = useMemo(
    // An order by a column that is not shown could be neither understood nor changed.
    () =>
      sort !== null && shown.some(({ id: columnId, sortBy }) => columnId === sort.columnId && sortBy !== undefined)
        ? [{ id: sort.columnId, desc: sort.isDescending }]
        : [],
    [sort, shown],
  );
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map((column) => [column.id, shown.includes(column)])),
    [columns, shown],
  );
  const table = useTable({
    features,
    data: rows,
    getRowId: rowKey,
    columns: useMemo(() => columns.map(columnForSorting), [columns]),
    enableMultiSort: false,
    state: { sorting, columnVisibility },
    onSortingChange: (update) => {
      const [next] = typeof update === 'function' ? update(sorting) : update;
      setHeldIds(null);
      setMemory({ ...memory, sort: next === undefined ? null : { columnId: next.id, isDescending: next.desc } });
    },
  });
  const drawn = table.getVisibleLeafColumns().flatMap(({ id: columnId }) => columns.find((column) => column.id === columnId) ?? []);
  const ordered = table.getRowModel().rows;
  const view: TableView = {
    isSorted: sorting.length > 0,
    isShown: (columnId) => table.getColumn(columnId)?.getIsVisible() ?? false,
  };
  const menu = hasMenu ? <TableMenu caption={caption} columns={columns} view={view} memory={memory} onChange={setMemory} /> : null;
  const isScrolling = roomPx !== null && neededPx > roomPx;
  const isActive = rowMenu !== undefined || onRowOpen !== undefined || onRowKey !== undefined;
  const rowActs = (row: Row, key: string, place: number) => ({
    'data-row': key,
    // One stop of the Tab key for all rows: the arrows lead from one to the next.
    tabIndex: (focusedKey === null || !hasRow(ordered, focusedKey) ? place === 0 : focusedKey === key) ? 0 : -1,
    onFocus: (event: FocusEvent<HTMLElement>) => {
      if (event.target === event.currentTarget) setFocusedKey(key);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      // A button inside of the row has its own keys.
      if (event.target !== event.currentTarget) return;
      const isUsed = moveRowFocus(event) || onRowKey?.(row, event) === true || openByKey(event, onRowOpen, row);
      if (isUsed) event.preventDefault();
    },
    ...(onRowOpen === undefined ? {} : { onDoubleClick: (event: MouseEvent<HTMLElement>) => isPlain(event) && onRowOpen(row) }),
    ...(rowMenu === undefined ? {} : opensContextMenu(describeActionsFor(rowName(row)), () => rowMenu(row))),
  });
  return (
    <div
      ref={ref}
      className="ada-table-frame"
      data-scrolling={isScrolling || undefined}
      // Scrolling content must be reachable by keyboard.
      {...(isScrolling ? { role: 'group', 'aria-label': describeScrolling(caption), tabIndex: 0 } : {})}
    >
      <table className="ada-table" style={{ minWidth: neededPx }}>
        <caption className="ada-table-unseen">{isStale ? describeStaleTable(caption) : caption}</caption>
        <colgroup>
          {drawn.map(({ id: columnId, width }) => (
            <col key={columnId} style={{ width }} />
          ))}
          {menuPx === 0 ? null : <col style={{ width: menuPx }} />}
        </colgroup>
        <thead>
          <tr>
            {drawn.map((column) => {
              const inTable = table.getColumn(column.id);
              return (
                <HeaderCell
                  key={column.id}
                  column={column}
                  sorted={inTable?.getIsSorted() ?? false}
                  onSort={inTable?.getCanSort() === true ? () => inTable.toggleSorting() : null}
                  menu={column.kind === 'actions' ? menu : null}
                />
              );
            })}
            {menuPx === 0 ? null : <td className="ada-table-actions">{menu}</td>}
          </tr>
        </thead>
        <tbody
          // Readings change the order while the operator aims at a button.
          onPointerEnter={() => setHeldIds(sorting.length === 0 ? null : ordered.map(({ id: key }) => key))}
          onPointerLeave={() => setHeldIds(null)}
        >
          {(heldIds === null ? ordered : inHeldOrder(ordered, heldIds)).map(({ id: key, original: row }, place) => (
            <tr
              key={key}
              data-stale={isStale || isRowStale?.(row) || undefined}
              title={rowTitle?.(row)}
              {...rowData?.(row)}
              {...(isActive ? rowActs(row, key, place) : {})}
            >
              {drawn.map((column, at) => (
                <BodyCell key={column.id} column={column} row={row} view={view} isRowHeader={at === 0} />
              ))}
              {menuPx === 0 ? null : <td />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BodyCell<Row>({
  column,
  row,
  view,
  isRowHeader,
}: {
  readonly column: DataColumn<Row>;
  readonly row: Row;
  readonly view: TableView;
  readonly isRowHeader: boolean;
}) {
  const Cell = isRowHeader ? 'th' : 'td';
  return (
    <Cell
      scope={isRowHeader ? 'row' : undefined}
      className={`ada-table-${column.kind ?? 'text'}`}
      data-column={column.id}
      title={column.title?.(row)}
    >
      {column.cell(row, view)}
    </Cell>
  );
}
