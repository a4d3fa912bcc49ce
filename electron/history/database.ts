import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import * as sqlite from 'node-sqlite3-wasm';
import type { Logger } from '../log.ts';

// The package is CommonJS: bundlers see its names, Node's own loader only its default.
const { Database } = (sqlite as { readonly default?: typeof sqlite }).default ?? sqlite;
type Database = sqlite.Database;

const SCHEMA = `
  PRAGMA journal_mode = DELETE;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS chunks (host TEXT, gpu TEXT, start REAL, rows BLOB NOT NULL, PRIMARY KEY (host, gpu, start)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rollups (host TEXT, gpu TEXT, start REAL, summary BLOB NOT NULL, PRIMARY KEY (host, gpu, start)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS runs (
    host TEXT, gpu TEXT, pid INTEGER, started REAL, name TEXT NOT NULL, unit TEXT, seen REAL NOT NULL, ended REAL, peak REAL,
    PRIMARY KEY (host, gpu, pid, started)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS remembered (host TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (host, key)) WITHOUT ROWID;
`;

/**
 * Opens the store's file. The panel is the only one that opens it (single instance), so a lock that a killed panel left
 * behind is stale and taken away; SQLite's own rollback journal then restores the last whole state. A file that is
 * damaged beyond that is moved aside as `FILE.broken` and a new one begun: history is worth less than a panel that starts.
 */
export function openDatabase(file: string, log: Logger): Database {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(`${file}.lock`, { recursive: true, force: true });
  try {
    return prepare(file);
  } catch (cause) {
    log.warn('history.broken', { file, cause: String(cause) });
    rmSync(`${file}.lock`, { recursive: true, force: true });
    if (existsSync(file)) renameSync(file, `${file}.broken`);
    rmSync(`${file}-journal`, { force: true });
    return prepare(file);
  }
}

function prepare(file: string): Database {
  const database = new Database(file);
  try {
    database.exec(SCHEMA);
    const verdict = database.get('PRAGMA quick_check(1)');
    if (verdict?.['quick_check'] !== 'ok') throw new Error(`quick_check: ${JSON.stringify(verdict)}`);
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}
