import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type sqlite from 'node-sqlite3-wasm';
import type { Logger } from '../../foundation/log/log.ts';

export type Database = InstanceType<typeof sqlite.Database>;
/** Loaded at the first use: compiling it takes as long as a tenth of the window's start. */
const loadSqlite = (): typeof sqlite => createRequire(import.meta.url)('node-sqlite3-wasm');
type Value = number | bigint | string | Uint8Array | null;

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS gpu (id INTEGER PRIMARY KEY, host TEXT NOT NULL, uuid TEXT NOT NULL, UNIQUE (host, uuid));
  -- kind 0: the newest rows, as they were flushed; 1: a closed segment; 2: its roll-up.
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY, gpu INTEGER NOT NULL, kind INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS chunk_by_time ON chunk (gpu, kind, from_ms, to_ms, samples);
  CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, gpu_uuid TEXT NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT,
    started_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, ended_ms INTEGER, peak_mib REAL);
  CREATE INDEX IF NOT EXISTS run_by_time ON run (host, gpu_uuid, started_ms);
  -- What was last known is a document of its own now (last-known.ts).
  DROP TABLE IF EXISTS remembered;
`;

/**
 * Opens the store, or begins a new one. A lock that a killed panel left behind is removed (there is one panel at a time);
 * a file that is no database is moved aside; a folder that cannot be written leaves a store in memory. All are logged.
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
    db.exec(SCHEMA);
    return { db, inMemory: true };
  }
}

/** Whether SQLite says that the file itself is broken, rather than the disk full or the folder not writable. */
export function isCorrupt(cause: unknown): boolean {
  return cause instanceof Error && /not a database|malformed|corrupt|newer schema/i.test(cause.message);
}

/** Moves a broken store aside, as `FILE.broken-TIME`, for whoever wants to look at it. */
export function moveAside(file: string, log: Logger, now: () => number, cause: unknown): void {
  const aside = `${file}.broken-${now()}`;
  if (existsSync(file)) renameSync(file, aside);
  for (const beside of ['-journal', '-wal']) rmSync(file + beside, { force: true });
  log.error('history.store-was-broken', { movedTo: aside, cause: String(cause) });
}

/** node-sqlite3-wasm locks with a folder; kill -9 leaves it, and every later open would wait for a process that is gone. */
function removeStaleLock(file: string, log: Logger): void {
  const lock = `${file}.lock`;
  if (!existsSync(lock)) return;
  rmSync(lock, { recursive: true, force: true });
  log.warn('history.stale-lock-removed');
}

function openFile(file: string): Database {
  const db = new (loadSqlite().Database)(file);
  try {
    // One panel, one store: taken once and kept. Otherwise every single read makes and removes the lock's folder.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    // A rollback journal is of no use here: when a writer was killed in a commit, node-sqlite3-wasm 0.8 takes its own lock for
    // another process's and never rolls back (see docs/decisions/002-history-store.md). A write-ahead log needs no such check.
    if (db.get('PRAGMA journal_mode = WAL')?.['journal_mode'] !== 'wal') throw new Error('no write-ahead log');
    db.exec('PRAGMA synchronous = FULL');
    const version = numberOf(db.get('PRAGMA user_version')?.['user_version']);
    if (version > SCHEMA_VERSION) throw new Error('newer schema');
    db.exec(SCHEMA);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
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
