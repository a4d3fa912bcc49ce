import type { SubjectsRequest } from '../../../shared/capabilities/history/contract.ts';
import { SERIES_KIND_NAMES, seriesKind } from '../../../shared/series-kinds.ts';
import type { Layout } from './chunks.ts';
import { type Database, numberOf, rowsOf, textOf } from './database.ts';
import type { SeriesId } from './source.ts';
import { StoredSeries } from './stored-series.ts';

const SEPARATOR = ',';
const keyOf = ({ hostId, kind, subject }: SeriesId): string => `${hostId}\n${kind}\n${subject}`;

/** The series of the store, each opened at its first use. */
export class SeriesTable {
  private readonly db: Database;
  private readonly now: () => number;
  private readonly opened = new Map<string, StoredSeries>();

  constructor(db: Database, now: () => number) {
    this.db = db;
    this.now = now;
  }

  /** Returns the series, which it creates if necessary. */
  ensure(id: SeriesId): StoredSeries {
    const known = this.opened.get(keyOf(id));
    if (known !== undefined) return known;
    const metrics = seriesKind(id.kind).metrics.join(SEPARATOR);
    this.db.run('INSERT OR IGNORE INTO series (host, kind, subject, metrics) VALUES (?, ?, ?, ?)', [
      id.hostId,
      id.kind,
      id.subject,
      metrics,
    ]);
    return this.open(id, metrics);
  }

  /** Returns the series; null = nothing was written. */
  find(id: SeriesId): StoredSeries | null {
    const known = this.opened.get(keyOf(id));
    if (known !== undefined) return known;
    return this.layoutsOf(id).length === 0 ? null : this.ensure(id);
  }

  subjects(hostId: string, kind: SeriesId['kind']): readonly string[] {
    const stored = 'SELECT DISTINCT subject FROM series WHERE host = ? AND kind = ? ORDER BY subject';
    return rowsOf(this.db, stored, [hostId, kind]).map(({ subject }) => textOf(subject));
  }

  /** Subjects with readings in [fromMs, toMs), on disk or not; those read last come first. */
  subjectsWithin({ hostId, kind, fromMs, toMs }: SubjectsRequest): readonly string[] {
    const lastMs = new Map<string, number>();
    const stored = rowsOf(
      this.db,
      'SELECT subject, max(to_ms) AS last FROM series JOIN chunk ON chunk.series = series.id WHERE host = ? AND series.kind = ? AND from_ms < ? AND to_ms >= ? GROUP BY subject',
      [hostId, kind, Math.round(toMs), Math.round(fromMs)],
    );
    for (const { subject, last } of stored) lastMs.set(textOf(subject), numberOf(last));
    const prefix = keyOf({ hostId, kind, subject: '' });
    for (const [key, one] of this.opened) {
      const last = key.startsWith(prefix) ? one.lastInMemory(fromMs, toMs) : null;
      if (last !== null) lastMs.set(key.slice(prefix.length), last);
    }
    return [...lastMs].sort(([a, aMs], [b, bMs]) => bMs - aMs || a.localeCompare(b)).map(([subject]) => subject);
  }

  dirty(): readonly StoredSeries[] {
    return [...this.opened.values()].filter((one) => one.dirty);
  }

  forget(hostId: string): void {
    for (const key of [...this.opened.keys()]) if (key.startsWith(`${hostId}\n`)) this.opened.delete(key);
    this.db.run('DELETE FROM chunk WHERE series IN (SELECT id FROM series WHERE host = ?)', [hostId]);
    this.db.run('DELETE FROM series WHERE host = ?', [hostId]);
  }

  /** Deletes expired rows and empty series; the caller holds the transaction. */
  prune(retentionMs: number): void {
    this.db.run(
      'DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.series = series.id) AND host || char(10) || kind || char(10) || subject NOT IN (SELECT value FROM json_each(?))',
      [JSON.stringify([...this.opened.keys()])],
    );
    for (const { host, kind, subject } of rowsOf(this.db, 'SELECT DISTINCT host, kind, subject FROM series')) {
      const name = SERIES_KIND_NAMES.find((one) => one === kind);
      if (name !== undefined) this.ensure({ hostId: textOf(host), kind: name, subject: textOf(subject) }).prune(this.now(), retentionMs);
    }
  }

  private open(id: SeriesId, metrics: string): StoredSeries {
    const layouts = this.layoutsOf(id);
    const present = layouts.find((layout) => layout.metrics.join(SEPARATOR) === metrics);
    if (present === undefined) throw new Error('the series was not created');
    const older = layouts.filter((layout) => layout !== present).sort((a, b) => b.id - a.id);
    const opened = new StoredSeries({ db: this.db, kind: seriesKind(id.kind), layouts: [present, ...older], atMs: this.now() });
    this.opened.set(keyOf(id), opened);
    return opened;
  }

  private layoutsOf({ hostId, kind, subject }: SeriesId): Layout[] {
    return rowsOf(this.db, 'SELECT id, metrics FROM series WHERE host = ? AND kind = ? AND subject = ?', [hostId, kind, subject]).map(
      ({ id, metrics }) => ({ id: numberOf(id), metrics: textOf(metrics).split(SEPARATOR) }),
    );
  }
}
