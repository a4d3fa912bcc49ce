/** Whether every object has a member of this name already: `constructor`, `toString`… */
export const isReservedKey = (key: string): boolean => key in Object.prototype;

/** A table's own entry for a key that comes from outside; undefined for every other key, `constructor` included. */
export function lookup<T>(table: Readonly<Record<string, T>>, key: string | null | undefined): T | undefined {
  return key !== null && key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
