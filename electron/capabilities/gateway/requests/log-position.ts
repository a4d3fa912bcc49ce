import type { ReadRequest } from '../../../foundation/host-reader/answers.ts';
import type { Covered } from './answer.ts';
import { parseRequestLine } from './request-line.ts';
import type { RequestTally } from './request-tally.ts';

/** Lines that are parsed before others of the process get their turn. */
const LINES_A_TURN = 2_000;
const MAX_SPANS = 100;

/** Which part of a log was read, and which times it covers. The log is read by offset, so that each line is counted once, also over a rotation. */
export class LogPosition {
  #id = '0';
  #offset = 0;
  #size = 0;
  #covered: { fromMs: number; toMs: number }[] = [];
  /** Null = never yet. */
  readAt: number | null = null;
  badLines = 0;
  path = '';

  get covered(): readonly Covered[] {
    return this.#covered;
  }

  /** Share of the log that is read, 0 to 1. */
  get progress(): number {
    return this.#size === 0 ? 1 : Math.min(1, this.#offset / this.#size);
  }

  /** Asks for what lies behind the part that was read. */
  request(path: string, keepMs: number): ReadRequest {
    this.path = path;
    return `requests ${path} ${this.#id} ${this.#offset} ${Math.ceil(keepMs / 60_000)}`;
  }

  /**
   * Takes the answer to {@link request}, see the docstring of READ_REQUESTS; `clockOffsetMs` = the gateway's clock minus this computer's.
   * Returns whether the log has more. A line that is no request is counted and left out.
   */
  async take(lines: readonly string[], tally: RequestTally, clockOffsetMs: number, nowMs: number): Promise<boolean> {
    const isFirst = this.readAt === null;
    let startsAnew = isFirst;
    let hasId = false;
    let before = this.#offset;
    let newestMs: number | null = null;
    let turn = 0;
    for (const line of lines) {
      turn += 1;
      if (turn % LINES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      if (line.startsWith('=')) {
        const request = parseRequestLine(line.slice(1));
        if (request === null) this.badLines += 1;
        else {
          const atMs = request.atMs - clockOffsetMs;
          newestMs = Math.max(newestMs ?? atMs, atMs);
          tally.add({ ...request, atMs });
        }
        continue;
      }
      const [word = '', value = ''] = line.slice(0, 80).split(' ');
      if (word === '#lost') startsAnew = true;
      else if (word === '#id' && /^\d{1,20}$/.test(value)) {
        hasId = true;
        if (value !== this.#id) before = 0;
        this.#id = value;
      } else if (word === '#size') this.#size = numberOf(value);
      else if (word === '#first' && startsAnew) {
        const firstMs = timeOf(value);
        if (firstMs !== null) this.#open(firstMs - clockOffsetMs, nowMs);
        startsAnew = firstMs === null;
      } else if (word === '#end' && hasId) this.#offset = numberOf(value);
    }
    // An empty log covers the time from now on.
    if (startsAnew) this.#open(nowMs, nowMs);
    const hasMore = this.#offset < this.#size && this.#offset > before;
    const last = this.#covered.at(-1);
    if (last !== undefined) last.toMs = Math.max(last.toMs, hasMore ? (newestMs ?? last.toMs) : nowMs);
    if (!hasMore) this.#size = this.#offset;
    this.readAt = nowMs;
    return hasMore;
  }

  #open(fromMs: number, nowMs: number): void {
    const startMs = Math.min(fromMs, nowMs);
    this.#covered = [...this.#covered.slice(1 - MAX_SPANS), { fromMs: startMs, toMs: startMs }];
  }
}

function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Seconds or milliseconds since the epoch; null = no time. */
function timeOf(text: string): number | null {
  const value = /^\d{1,13}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isFinite(value) || value <= 0) return null;
  return value > 1e11 ? value : value * 1000;
}
