import { isRecord } from '../../shared/record.ts';

const KEY = 'ada.table.';

/** What the operator set on one table. */
export interface TableMemory {
  /** null = the order in which the rows come. */
  readonly sort: { readonly columnId: string; readonly isDescending: boolean } | null;
  /** By column id: shown or hidden by the operator's choice. A column that is missing here follows the room there is. */
  readonly chosen: Readonly<Record<string, boolean>>;
}

export const EMPTY_TABLE_MEMORY: TableMemory = { sort: null, chosen: {} };

/** What was set on this table last, on whichever host; read from this window's own storage. */
export function recallTable(tableId: string): TableMemory {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY + tableId) ?? 'null');
    if (!isRecord(saved)) return EMPTY_TABLE_MEMORY;
    const { sort, chosen } = saved;
    const { columnId, isDescending } = isRecord(sort) ? sort : {};
    return {
      sort: typeof columnId === 'string' && typeof isDescending === 'boolean' ? { columnId, isDescending } : null,
      chosen: Object.fromEntries(
        Object.entries(isRecord(chosen) ? chosen : {}).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
      ),
    };
  } catch {
    return EMPTY_TABLE_MEMORY;
  }
}

/** Remembers it; where there is no storage it lasts as long as the page is open. */
export function rememberTable(tableId: string, memory: TableMemory): void {
  try {
    localStorage.setItem(KEY + tableId, JSON.stringify(memory));
  } catch {
    // Nothing depends on it.
  }
}
