import { type EventsRequest, type HistoryEvent, HistoryEventKind, SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { type Database, numberOf, rowsOf, textOf } from './database.ts';

/** Limit of events in memory while the store is not writable. */
const MAX_WAITING = 500;
/** Limit of each kind of a host, against a unit that restarts every few seconds. */
const MAX_STORED_OF_A_KIND = 5_000;
/** The newest of every kind that an answer keeps, however many there are of the others. */
const KEPT_OF_A_KIND = Math.floor(SERIES_LIMITS.events / HistoryEventKind.options.length);
const MAX_TEXT_CHARS = 300;

interface WaitingEvent extends HistoryEvent {
  readonly host: string;
}

/** Changes of units, connection and gateway, Xids and images made, with their times. Repeated events are stored once. */
export class HistoryEvents {
  private readonly db: Database;
  private waiting: WaitingEvent[] = [];

  constructor(db: Database) {
    this.db = db;
  }

  record(host: string, event: HistoryEvent): void {
    if (!Number.isFinite(event.at)) return;
    const cut = (text: string): string => text.slice(0, MAX_TEXT_CHARS);
    this.waiting.push({
      host,
      kind: event.kind,
      subject: cut(event.subject),
      at: Math.round(event.at),
      state: cut(event.state),
      detail: event.detail === null ? null : cut(event.detail),
    });
    if (this.waiting.length > MAX_WAITING) this.waiting = this.waiting.slice(-MAX_WAITING);
  }

  get isDirty(): boolean {
    return this.waiting.length > 0;
  }

  /** Events of [fromMs, toMs), oldest first; see {@link newestOfAllKinds} where there are too many. */
  within({ hostId, fromMs, toMs }: EventsRequest): HistoryEvent[] {
    const span = [hostId, Math.round(fromMs), Math.round(toMs)];
    const waiting = this.waiting
      .filter(({ host, at }) => host === hostId && at >= fromMs && at < toMs)
      .map(({ host: _, ...event }) => event);
    const unique = new Map(
      [...this.stored(span), ...waiting].map((event) => [`${event.at}\n${event.kind}\n${event.subject}\n${event.state}`, event]),
    );
    return newestOfAllKinds([...unique.values()]);
  }

  private stored(span: (string | number)[]): HistoryEvent[] {
    const within = 'FROM event WHERE host = ? AND at_ms >= ? AND at_ms < ?';
    const few = rowsOf(this.db, `SELECT * ${within} LIMIT ?`, [...span, SERIES_LIMITS.events + 1]);
    if (few.length <= SERIES_LIMITS.events) return few.flatMap(eventOf);
    const ranked = `SELECT *, row_number() OVER (PARTITION BY kind ORDER BY at_ms DESC) AS rank ${within}`;
    return rowsOf(this.db, `SELECT * FROM (${ranked}) ORDER BY rank > ?, at_ms DESC LIMIT ?`, [
      ...span,
      KEPT_OF_A_KIND,
      SERIES_LIMITS.events,
    ]).flatMap(eventOf);
  }

  flush(): void {
    for (const { host, kind, subject, at, state, detail } of this.waiting)
      this.db.run('INSERT OR IGNORE INTO event (host, kind, subject, at_ms, state, detail) VALUES (?, ?, ?, ?, ?, ?)', [
        host,
        kind,
        subject,
        at,
        state,
        detail,
      ]);
  }

  flushed(): void {
    this.waiting = [];
  }

  clear(host: string): void {
    this.waiting = this.waiting.filter((event) => event.host !== host);
    this.db.run('DELETE FROM event WHERE host = ?', [host]);
  }

  prune(beforeMs: number): void {
    this.db.run('DELETE FROM event WHERE at_ms < ?', [Math.round(beforeMs)]);
    const ranked = 'SELECT id, row_number() OVER (PARTITION BY host, kind ORDER BY at_ms DESC) AS rank FROM event';
    this.db.run(`DELETE FROM event WHERE id IN (SELECT id FROM (${ranked}) WHERE rank > ?)`, [MAX_STORED_OF_A_KIND]);
  }
}

/** At most `SERIES_LIMITS.events`, oldest first: the newest of every kind, so that a flapping one hides no rare one, then the newest. */
export function newestOfAllKinds(events: readonly HistoryEvent[]): HistoryEvent[] {
  const newestFirst = [...events].sort((a, b) => b.at - a.at);
  if (newestFirst.length <= SERIES_LIMITS.events) return newestFirst.reverse();
  const counts = new Map<HistoryEvent['kind'], number>();
  const [kept, others]: [HistoryEvent[], HistoryEvent[]] = [[], []];
  for (const event of newestFirst) {
    const count = (counts.get(event.kind) ?? 0) + 1;
    counts.set(event.kind, count);
    (count <= KEPT_OF_A_KIND ? kept : others).push(event);
  }
  return [...kept, ...others.slice(0, SERIES_LIMITS.events - kept.length)].sort((a, b) => a.at - b.at);
}

/** Empty for a kind that this version does not know. */
function eventOf(row: Readonly<Record<string, unknown>>): HistoryEvent[] {
  const kind = HistoryEventKind.safeParse(row['kind']);
  if (!kind.success) return [];
  return [
    {
      kind: kind.data,
      subject: textOf(row['subject']),
      at: numberOf(row['at_ms']),
      state: textOf(row['state']),
      detail: row['detail'] === null ? null : textOf(row['detail']),
    },
  ];
}
