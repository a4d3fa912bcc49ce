import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
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
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  readonly log: Logger;
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
      return o.fallback;
    }
  }

  return {
    file: o.file,
    read: () => value,
    write: (next) => {
      const beside = `${o.file}.new`;
      const descriptor = openSync(beside, 'w', 0o600);
      writeSync(descriptor, `${JSON.stringify(next, null, 2)}\n`);
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(beside, o.file);
      value = next;
    },
  };
}
