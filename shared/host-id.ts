import { isReservedKey } from './lookup.ts';

/** An id for a new host, from its name; not among those taken, nor the built-in lab's. */
export function freshHostId(label: string, isTaken: (id: string) => boolean): string {
  const base =
    label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 50) || 'host';
  let id = base;
  for (let n = 2; isTaken(id) || id === 'lab' || isReservedKey(id); n += 1) id = `${base}-${n}`;
  return id;
}
