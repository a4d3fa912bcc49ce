/** The part of a database that the schema uses. */
interface SqlTarget {
  exec(sql: string): void;
  readonly inTransaction: boolean;
}

export const SCHEMA_VERSION = 2;

/** `metrics`: the columns of the blobs after the time, separated by commas. */
const SERIES = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, metrics TEXT NOT NULL,
    UNIQUE (host, kind, subject, metrics));
`;
const SCHEMA = `
  ${SERIES}
  -- kind 0: the newest rows, as they were flushed; 1: a closed segment; 2: its roll-up.
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, kind INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS chunk_by_time ON chunk (series, kind, from_ms, to_ms, samples);
  CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, gpu_uuid TEXT NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT,
    started_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, ended_ms INTEGER, peak_mib REAL);
  CREATE INDEX IF NOT EXISTS run_by_time ON run (host, gpu_uuid, started_ms);
  CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, at_ms INTEGER NOT NULL,
    state TEXT NOT NULL, detail TEXT, UNIQUE (host, at_ms, kind, subject, state));
`;

/** The columns of every blob of version 1, which did not store them. */
const METRICS_OF_VERSION_1 = [
  'memoryUsedMiB,memoryFreeMiB,memoryReservedMiB,memoryTotalMiB,utilizationGpuPercent,utilizationMemoryPercent,temperatureC',
  'powerDrawW,powerLimitW,clockSmMHz,clockMemoryMHz,fanPercent,pstate,throttleBits',
].join(',');

/** Version 1 stored GPUs only. The blobs stay the same; only their owner moves to the new table. */
const FROM_VERSION_1 = `
  ${SERIES}
  INSERT INTO series (id, host, kind, subject, metrics) SELECT id, host, 'gpu', uuid, '${METRICS_OF_VERSION_1}' FROM gpu;
  DROP TABLE gpu;
  ALTER TABLE chunk RENAME COLUMN gpu TO series;
  DROP TABLE IF EXISTS remembered;
`;

/** Creates missing tables and migrates version 1, in one transaction. `version` 0 is a new file. */
export function applySchema(db: SqlTarget, version: number): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    if (version === 1) db.exec(FROM_VERSION_1);
    db.exec(SCHEMA);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec('COMMIT');
  } catch (cause) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw cause;
  }
}
