import type { JournalBatch } from '../../../shared/capabilities/journal/contract.ts';
import type { LogBuffer } from './log-buffer.ts';

/** What one drain took in. */
export interface Drained {
  readonly rows: number;
  readonly doubled: number;
  /** Whether batches are still waiting: for the next frame, or because the view is pinned and the buffer is full. */
  readonly waiting: 'none' | 'next-frame' | 'pinned';
}

/** Rows kept above a pinned view, so that scrolling up a little does not reach the edge at once. */
const KEPT_ABOVE_PIN = 2000;
/** Rows taken in at one go; more than a second's worth of the busiest stream. */
const ROWS_PER_DRAIN = 8000;

/**
 * Batches on their way into a buffer. What was pushed waits here until a frame drains it; only what was drained counts
 * as received, so that a window that cannot keep up, or a paused one that is full, slows the stream in place of losing
 * lines. While nothing is pinned the oldest rows above `liveRows` are let go.
 */
export class Intake {
  /** Entries taken in since the stream was opened; what is acknowledged. */
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

  /** Forgets what waits and starts counting anew: another stream begins. */
  restart(): void {
    this.#queue = [];
    this.received = 0;
  }

  /** Takes in what waits. `pinSeq` is the oldest row in sight while the view stands still, null while it follows. */
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
    const spare = Math.max(0, pinSeq - KEPT_ABOVE_PIN - this.#buffer.firstSeq);
    if (spare < missing) return false;
    this.#buffer.letGo(this.#buffer.length - missing);
    return true;
  }
}
