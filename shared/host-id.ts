import { findLabHost } from './lab-hosts.ts';
import { isReservedKey } from './lookup.ts';

/** An id for a new host, from its name; not among those taken, nor a built-in lab's. */
export function freshHostId(label: string, isTaken: (id: string) => boolean): string {
  const base =
    label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 50) || 'host';
  let id = base;
  for (let n = 2; isTaken(id) || findLabHost(id) !== null || isReservedKey(id); n += 1) id = `${base}-${n}`;
  return id;
}
