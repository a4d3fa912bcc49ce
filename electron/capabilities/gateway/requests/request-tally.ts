import type { RequestFilter } from '../../../../shared/capabilities/gateway/requests.ts';
import { addLatency, type LatencyDigest } from './latency-digest.ts';
import type { LoggedRequest } from './request-line.ts';

export const MINUTE_MS = 60_000;
/** The longest range of the charts, and a little more. */
export const KEEP_MS = 49 * 3_600_000;
/** A log with more kinds of requests than this a minute loses its oldest minutes, not the panel its memory. */
const MAX_CELLS = 60_000;
/** More names than this of one field are counted together. */
const MAX_NAMES = 300;
export const OTHER_NAME = 'other';

/** The requests of one minute with the same route, class and status. */
export interface Cell extends Pick<LoggedRequest, 'route' | 'backendClass' | 'status'> {
  count: number;
  lastMs: number;
  readonly latency: LatencyDigest;
}

/** Whether all of the filters let a request pass. */
export function passes(request: Pick<LoggedRequest, RequestFilter['field']>, filters: readonly RequestFilter[]): boolean {
  return filters.every(({ field, value, isOut }) => (request[field] === value) !== isOut);
}

const emptyNames = () => ({ route: new Set<string>(), backendClass: new Set<string>() });

/** Counts requests by minute, so that any range and filter can be answered without the log. Times are the panel's. */
export class RequestTally {
  readonly #minutes = new Map<number, Map<string, Cell>>();
  #names = emptyNames();
  #cells = 0;
  /** Times that were dropped to save memory end here, epoch ms; null = none were. */
  droppedUntilMs: number | null = null;

  add(request: LoggedRequest): void {
    const minute = Math.floor(request.atMs / MINUTE_MS) * MINUTE_MS;
    if (this.droppedUntilMs !== null && minute < this.droppedUntilMs) return;
    const route = this.#limited('route', request.route) ?? OTHER_NAME;
    const backendClass = this.#limited('backendClass', request.backendClass);
    const key = JSON.stringify([route, backendClass, request.status]);
    const cells = this.#minutes.get(minute) ?? new Map<string, Cell>();
    this.#minutes.set(minute, cells);
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { route, backendClass, status: request.status, count: 0, lastMs: request.atMs, latency: new Map() };
      cells.set(key, cell);
      this.#cells += 1;
    }
    cell.count += 1;
    cell.lastMs = Math.max(cell.lastMs, request.atMs);
    if (request.elapsedMs !== null) addLatency(cell.latency, request.elapsedMs);
  }

  /** Drops what is older than the longest range, and the oldest minutes of too many cells; names that are left in none make room for others. */
  prune(nowMs: number): void {
    const before = this.#minutes.size;
    this.#dropMinutes(nowMs);
    if (this.#minutes.size === before) return;
    this.#names = emptyNames();
    for (const cells of this.#minutes.values()) {
      for (const { route, backendClass } of cells.values()) {
        this.#limited('route', route);
        this.#limited('backendClass', backendClass);
      }
    }
  }

  #dropMinutes(nowMs: number): void {
    const minutes = [...this.#minutes.keys()].sort((a, b) => a - b);
    for (const minute of minutes) {
      const isTooMany = this.#cells > MAX_CELLS;
      if (!isTooMany && minute >= nowMs - KEEP_MS) return;
      this.#cells -= this.#minutes.get(minute)?.size ?? 0;
      this.#minutes.delete(minute);
      if (isTooMany) this.droppedUntilMs = minute + MINUTE_MS;
    }
  }

  /** The cells of [fromMs, toMs) by whole minutes, those that the filters let pass. */
  *cells(fromMs: number, toMs: number, filters: readonly RequestFilter[]): Generator<readonly [minuteMs: number, cell: Cell]> {
    for (const [minute, cells] of this.#minutes) {
      if (minute < fromMs || minute >= toMs) continue;
      for (const cell of cells.values()) if (passes(cell, filters)) yield [minute, cell];
    }
  }

  #limited(field: 'route' | 'backendClass', name: string | null): string | null {
    const names = this.#names[field];
    if (name === null || name === OTHER_NAME || names.has(name)) return name;
    if (names.size >= MAX_NAMES) return OTHER_NAME;
    names.add(name);
    return name;
  }
}
