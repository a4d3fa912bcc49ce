import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../shared/record.ts';

type Values = Readonly<Record<string, unknown>>;
const idOf = (value: unknown): string | null => (isRecord(value) && typeof value['id'] === 'string' ? value['id'] : null);

/**
 * What to write for `next`, so that nothing of the file is lost that this version does not understand: unknown keys stay, and so does
 * a value that could not be read, until the operator changes it. `raw` is the content of the file, `base` its readable part.
 */
export function keepUnknown(raw: unknown, base: unknown, next: unknown): unknown {
  if (raw === undefined) return next;
  if (isDeepStrictEqual(base, next)) return raw;
  if (isRecord(raw) && isRecord(base) && isRecord(next)) return keepInRecord(raw, base, next);
  if (Array.isArray(raw) && Array.isArray(base) && Array.isArray(next)) return keepInList(raw, base, next);
  return next;
}

function keepInRecord(raw: Values, base: Values, next: Values): Values {
  const kept = Object.entries(raw).flatMap(([key, value]): [string, unknown][] => {
    if (Object.hasOwn(next, key)) return [[key, keepUnknown(value, Object.hasOwn(base, key) ? base[key] : undefined, next[key])]];
    // A readable value that is absent was deleted; an unreadable value remains.
    return Object.hasOwn(base, key) ? [] : [[key, value]];
  });
  const added = Object.entries(next).filter(([key]) => !Object.hasOwn(raw, key));
  return Object.fromEntries([...kept, ...added]);
}

/** Elements with an `id` are followed by it; others by their value. */
function keepInList(raw: readonly unknown[], base: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byId = (list: readonly unknown[]): ReadonlyMap<string, unknown> =>
    new Map(list.flatMap((value): [string, unknown][] => (idOf(value) === null ? [] : [[String(idOf(value)), value]])));
  const [ofRaw, ofBase, ofNext] = [byId(raw), byId(base), byId(next)];
  const merged = next.map((value) => {
    const id = idOf(value);
    return id === null ? value : keepUnknown(ofRaw.get(id), ofBase.get(id), value);
  });
  const unknownEntries = raw.filter((value) => {
    const id = idOf(value);
    if (id !== null) return !ofBase.has(id) && !ofNext.has(id);
    return !isRecord(value) && !base.includes(value) && !next.includes(value);
  });
  return [...merged, ...unknownEntries];
}
