import { isRecord } from '../../shared/record.ts';

const KEY = 'ada.table.';

/** The operator's settings of one table. */
export interface TableMemory {
  /** Null = the capability's own order. */
  readonly sort: { readonly columnId: string; readonly isDescending: boolean } | null;
  /** By column id: shown or hidden by the operator. A missing column depends on the available width. */
  readonly chosen: Readonly<Record<string, boolean>>;
}

export const EMPTY_TABLE_MEMORY: TableMemory = { sort: null, chosen: {} };

/** The last settings of a table, shared by all hosts; read from the window's local storage. */
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

/** Saves the settings of a table. Without local storage they last as long as the page is open. */
export function rememberTable(tableId: string, memory: TableMemory): void {
  try {
    localStorage.setItem(KEY + tableId, JSON.stringify(memory));
  } catch {
    // The table works without saved settings.
  }
}
