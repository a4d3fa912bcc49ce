import { type EventsRequest, type HistoryEvent, HistoryEventKind, SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import { type Database, numberOf, rowsOf, textOf } from './database.ts';

/** Limit of events in memory while the store is not writable. */
const MAX_WAITING = 500;
/** Limit against a unit that restarts every few seconds. */
const MAX_STORED = 20_000;
const MAX_TEXT_CHARS = 300;

interface WaitingEvent extends HistoryEvent {
  readonly host: string;
}

/** Changes of units, connection and gateway, and Xids, with their times. Repeated events are stored once. */
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

  /** Events of [fromMs, toMs), oldest first; the newest when there are too many. */
  within({ hostId, fromMs, toMs }: EventsRequest): HistoryEvent[] {
    const stored = rowsOf(this.db, 'SELECT * FROM event WHERE host = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC LIMIT ?', [
      hostId,
      Math.round(fromMs),
      Math.round(toMs),
      SERIES_LIMITS.events,
    ]).flatMap(eventOf);
    const waiting = this.waiting
      .filter(({ host, at }) => host === hostId && at >= fromMs && at < toMs)
      .map(({ host: _, ...event }) => event);
    const unique = new Map([...stored, ...waiting].map((event) => [`${event.at}\n${event.kind}\n${event.subject}\n${event.state}`, event]));
    return [...unique.values()].sort((a, b) => a.at - b.at).slice(-SERIES_LIMITS.events);
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
    this.db.run('DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?', [MAX_STORED]);
  }
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
