import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../log/log.ts';
import { readText, writeFileAtomic } from './atomic-file.ts';
import { keepUnknown } from './keep-unknown.ts';
import type { Understood } from './lenient.ts';
import type { SaveMonitor } from './save-monitor.ts';

/** A small document on disk that is always whole: read once, written beside itself and renamed into place. */
export interface JsonFile<T> {
  readonly file: string;
  read(): T;
  /** Holds from now on. Saved at once, or, when the disk refuses, as soon as it does not; never throws. */
  write(value: T): void;
}

/** Turns one version's document into the next one's. */
export type Migration = (raw: unknown) => unknown;

export interface JsonFileOptions<T> {
  readonly file: string;
  /** Throws when nothing of it makes sense. */
  readonly understand: (raw: unknown) => Understood<T>;
  readonly fallback: T;
  readonly saves: SaveMonitor;
  readonly log: Logger;
  /** `migrations[n]` leads from version n to n + 1; the document then has a `version`. A newer document is left at its own. */
  readonly migrations?: readonly Migration[];
  /** Gets the path that an unreadable document was moved to. */
  readonly onCorrupt?: (movedTo: string) => void;
  /** Gets the places that this version cannot read; they remain in the file. */
  readonly onUnknownEntries?: (places: readonly string[]) => void;
}

/**
 * Opens a JSON document. What is no JSON is moved to `FILE.broken` (nothing is lost) and `fallback` is used. What cannot be read at
 * all stays where it is, and is not written over before it could be read. Never throws. Mode 0600.
 */
export function openJsonFile<T>(o: JsonFileOptions<T>): JsonFile<T> {
  /** The content of the file (undefined = none), and the part that this version can read. */
  let raw: unknown;
  let base = o.fallback;
  let value = o.fallback;
  let isLoaded = false;

  const load = (): void => {
    const text = textOf(o.file);
    isLoaded = true;
    if (text === null) return;
    try {
      const parsed = migrated(JSON.parse(text), o.migrations);
      const understood = o.understand(parsed);
      raw = parsed;
      base = understood.value;
      if (understood.unknownEntries.length === 0) return;
      o.log.warn('json-file.not-understood', { file: o.file, places: understood.unknownEntries.slice(0, 20) });
      o.onUnknownEntries?.(understood.unknownEntries);
    } catch (cause) {
      isLoaded = false;
      const movedTo = moveAside(o.file);
      isLoaded = true;
      o.log.warn('json-file.broken', { file: o.file, movedTo, cause: String(cause) });
      o.onCorrupt?.(movedTo);
    }
  };
  const save = (): void => {
    // Not before it was read: what could not be read then may be read now, and is not to be lost.
    if (!isLoaded) {
      load();
      // What the operator changed meanwhile, on top of what the file turned out to hold.
      value = keepUnknown(base, o.fallback, value) as T;
    }
    mkdirSync(dirname(o.file), { recursive: true });
    const next = withVersion(keepUnknown(raw, base, value), o.migrations);
    writeFileAtomic(o.file, `${JSON.stringify(next, null, 2)}\n`);
    raw = next;
    base = value;
  };

  try {
    load();
    value = base;
  } catch (cause) {
    o.log.error('json-file.unreadable', { file: o.file, cause: String(cause) });
    o.saves.report(o.file, cause);
  }
  return {
    file: o.file,
    read: () => value,
    write: (next) => {
      value = next;
      o.saves.save(o.file, save);
    },
  };
}

/** The text of a file; null when there is none. Throws every other error of the file system. */
function textOf(file: string): string | null {
  try {
    return readText(file);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
}

/** To the first of FILE.broken, FILE.broken-2, … that is free, so that an earlier unreadable file remains. */
function moveAside(file: string): string {
  let movedTo = `${file}.broken`;
  for (let n = 2; existsSync(movedTo); n += 1) movedTo = `${file}.broken-${n}`;
  renameSync(file, movedTo);
  return movedTo;
}

const versionOf = (raw: unknown): number => {
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : 0;
  return typeof version === 'number' && Number.isInteger(version) && version >= 0 ? version : 0;
};

function migrated(raw: unknown, migrations: readonly Migration[] = []): unknown {
  return migrations.slice(versionOf(raw)).reduce((document, migrate) => migrate(document), raw);
}

function withVersion(next: unknown, migrations: readonly Migration[] | undefined): unknown {
  if (migrations === undefined || typeof next !== 'object' || next === null) return next;
  return { ...next, version: Math.max(versionOf(next), migrations.length) };
}
