import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type sqlite from 'node-sqlite3-wasm';
import type { Logger } from '../../foundation/log/log.ts';
import { applySchema, SCHEMA_VERSION } from './schema.ts';

export type Database = InstanceType<typeof sqlite.Database>;
/** Loaded at the first use, since its compilation takes a tenth of the window's start-up time. */
const loadSqlite = (): typeof sqlite => createRequire(import.meta.url)('node-sqlite3-wasm');
type Value = number | bigint | string | Uint8Array | null;

/**
 * Opens or creates the store. Removes the lock of a killed panel (only one panel runs at a time), moves a corrupt file aside, and uses a
 * store in memory when the folder is not writable. Each case is logged.
 */
export function openDatabase(file: string, log: Logger, now: () => number): { readonly db: Database; readonly inMemory: boolean } {
  try {
    mkdirSync(dirname(file), { recursive: true });
    removeStaleLock(file, log);
    try {
      return { db: openFile(file), inMemory: false };
    } catch (cause) {
      if (!isCorrupt(cause)) throw cause;
      moveAside(file, log, now, cause);
      return { db: openFile(file), inMemory: false };
    }
  } catch (cause) {
    log.error('history.in-memory-only', { cause: String(cause) });
    const db = new (loadSqlite().Database)();
    applySchema(db, 0);
    return { db, inMemory: true };
  }
}

/** Whether SQLite reports a corrupt file, not a full disk or a folder that is not writable. */
export function isCorrupt(cause: unknown): boolean {
  return cause instanceof Error && /not a database|malformed|corrupt|newer schema/i.test(cause.message);
}

/** Renames a corrupt store to `FILE.broken-TIME` for a later look. */
export function moveAside(file: string, log: Logger, now: () => number, cause: unknown): void {
  const aside = `${file}.broken-${now()}`;
  if (existsSync(file)) renameSync(file, aside);
  for (const beside of ['-journal', '-wal']) rmSync(file + beside, { force: true });
  log.error('history.store-was-broken', { movedTo: aside, cause: String(cause) });
}

/** node-sqlite3-wasm locks with a folder, which kill -9 leaves behind and every later open would wait for. */
function removeStaleLock(file: string, log: Logger): void {
  const lock = `${file}.lock`;
  if (!existsSync(lock)) return;
  rmSync(lock, { recursive: true, force: true });
  log.warn('history.stale-lock-removed');
}

function openFile(file: string): Database {
  const db = new (loadSqlite().Database)(file);
  try {
    // Only one panel uses the store; without an exclusive lock every read would create and remove the lock's folder.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    // A rollback journal does not work here: after a writer was killed in a commit, node-sqlite3-wasm 0.8 takes its own lock for
    // another process's and never rolls back (see docs/decisions/002-history-store.md). A write-ahead log needs no such check.
    if (db.get('PRAGMA journal_mode = WAL')?.['journal_mode'] !== 'wal') throw new Error('no write-ahead log');
    db.exec('PRAGMA synchronous = FULL');
    const version = numberOf(db.get('PRAGMA user_version')?.['user_version']);
    if (version > SCHEMA_VERSION) throw new Error('newer schema');
    if (version < SCHEMA_VERSION) applySchema(db, version);
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** All rows of a query, with the cells as SQLite gave them. */
export function rowsOf(db: Database, sql: string, values: readonly Value[] = []): Record<string, unknown>[] {
  return db.all(sql, [...values]);
}

/** A cell as a number; NaN when it holds none. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : Number.NaN;
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : numberOf(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
