import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeWhole } from '../files/whole-file.ts';
import type { Logger } from '../log.ts';

/** A small document on disk that is always whole: read once, written beside itself and renamed into place. */
export interface JsonFile<T> {
  readonly file: string;
  read(): T;
  write(value: T): void;
}

/**
 * Opens a JSON document. What does not parse or does not fit the schema is moved to `FILE.broken` (nothing is lost)
 * and `fallback` is used. Mode 0600.
 */
export function openJsonFile<T>(o: {
  readonly file: string;
  /** Throws for what does not fit; a zod schema does. */
  readonly schema: { parse(value: unknown): T };
  readonly fallback: T;
  readonly log: Logger;
  /** Told where an unreadable document was moved to. */
  readonly onBroken?: (movedTo: string) => void;
}): JsonFile<T> {
  mkdirSync(dirname(o.file), { recursive: true });
  let value = load();

  function load(): T {
    let text: string;
    try {
      text = readFileSync(o.file, 'utf8');
    } catch {
      return o.fallback;
    }
    try {
      return o.schema.parse(JSON.parse(text));
    } catch (cause) {
      o.log.warn('json-file.broken', { file: o.file, cause: String(cause) });
      renameSync(o.file, `${o.file}.broken`);
      o.onBroken?.(`${o.file}.broken`);
      return o.fallback;
    }
  }

  return {
    file: o.file,
    read: () => value,
    write: (next) => {
      writeWhole(o.file, `${JSON.stringify(next, null, 2)}\n`);
      value = next;
    },
  };
}
