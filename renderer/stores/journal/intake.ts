import type { JournalBatch } from '../../../shared/capabilities/journal/contract.ts';
import type { LogBuffer } from './log-buffer.ts';

/** The result of one drain. */
export interface Drained {
  readonly rows: number;
  readonly doubled: number;
  /** Why batches are left: for the next frame, or because the view is pinned and the buffer full. */
  readonly waiting: 'none' | 'next-frame' | 'pinned';
}

/** Rows above a pinned view that stay in memory for scrolling up. */
const MAX_ROWS_ABOVE_PIN = 2000;
/** Rows per drain, which takes about 2 ms of a frame. */
const ROWS_PER_DRAIN = 2000;

/**
 * The queue of batches before a buffer. Each frame drains it, and only drained entries count as received, so that a slow
 * window, or a paused one with a full buffer, slows the stream instead of losing lines. Unless the view is pinned, the
 * oldest rows above `liveRows` are dropped.
 */
export class Intake {
  /** Entries drained since the stream was opened, for the acknowledgement. */
  received = 0;
  readonly #buffer: LogBuffer;
  readonly #liveRows: number;
  #queue: JournalBatch[] = [];

  constructor(buffer: LogBuffer, liveRows: number) {
    this.#buffer = buffer;
    this.#liveRows = liveRows;
  }

  get queued(): number {
    return this.#queue.length;
  }

  push(batch: JournalBatch): void {
    this.#queue.push(batch);
  }

  /** Empties the queue and the count for another stream. */
  restart(): void {
    this.#queue = [];
    this.received = 0;
  }

  /** Drains the queue. `pinSeq` is the oldest visible row of a paused view; null = following. */
  drain(pinSeq: number | null): Drained {
    let rows = 0;
    let doubled = 0;
    let taken = 0;
    let waiting: Drained['waiting'] = 'none';
    for (const batch of this.#queue) {
      const needed = batch.entries.length + (batch.mark === null ? 0 : 1);
      if (rows > 0 && rows + needed > ROWS_PER_DRAIN) {
        waiting = 'next-frame';
        break;
      }
      if (!this.#makeRoom(needed, pinSeq)) {
        waiting = 'pinned';
        break;
      }
      if (batch.mark !== null) this.#buffer.appendMark(batch.mark);
      doubled += this.#buffer.append(batch.entries).doubled;
      this.received += batch.entries.length;
      rows += needed;
      taken += 1;
    }
    if (taken > 0) this.#queue.splice(0, taken);
    return { rows, doubled, waiting };
  }

  #makeRoom(needed: number, pinSeq: number | null): boolean {
    if (pinSeq === null) {
      this.#buffer.letGo(Math.max(0, this.#liveRows - needed));
      return true;
    }
    const missing = this.#buffer.length + needed - this.#buffer.capacity;
    if (missing <= 0) return true;
    const spare = Math.max(0, pinSeq - MAX_ROWS_ABOVE_PIN - this.#buffer.firstSeq);
    if (spare < missing) return false;
    this.#buffer.letGo(this.#buffer.length - missing);
    return true;
  }
}
