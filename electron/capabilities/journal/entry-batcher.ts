import type { JournalEntry, JournalMark } from '../../../shared/capabilities/journal/contract.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';

const FLUSH_INTERVAL_MS = 250;
/** What the window unpacks and indexes within a small part of one frame. */
const MAX_BATCH = 400;
/** Between two full batches, so that a flood reaches the window in even portions. */
const FULL_BATCH_INTERVAL_MS = 24;
/** Limit of entries that the window has not acknowledged; at the limit the stream is not read. */
const MAX_IN_FLIGHT = 4000;

/** Sends entries to the window four times a second, full batches at once, and no more than it acknowledges. */
export interface EntryBatcher {
  add(entry: JournalEntry): void;
  /** Adds a mark before the entries that are added later. */
  mark(mark: JournalMark): void;
  acknowledge(received: number): void;
  /** Resolves when there is room for another entry or the outbox is closed. */
  room(): Promise<void>;
  hasRoom(): boolean;
  close(): void;
}

export function createEntryBatcher(o: { readonly send: (entries: JournalEntry[], mark: JournalMark | null) => void }): EntryBatcher {
  let waiting: JournalEntry[] = [];
  let nextMark: JournalMark | null = null;
  let added = 0;
  let acknowledged = 0;
  let sentAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The timer is that of a full batch. */
  let isTimedFull = false;
  let wake: (() => void) | null = null;
  let closed = false;

  const hasRoom = (): boolean => closed || added - acknowledged < MAX_IN_FLIGHT;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0 && nextMark === null) return;
    const entries = waiting.slice(0, MAX_BATCH);
    waiting = waiting.slice(MAX_BATCH);
    const mark = nextMark;
    nextMark = null;
    sentAt = monotonicMs();
    o.send(entries, mark);
    if (waiting.length > 0) schedule();
  };
  const schedule = (): void => {
    if (closed) return;
    const isFull = waiting.length >= MAX_BATCH;
    if (timer !== null) {
      if (!isFull || isTimedFull) return;
      clearTimeout(timer);
    }
    isTimedFull = isFull;
    const intervalMs = isFull ? FULL_BATCH_INTERVAL_MS : FLUSH_INTERVAL_MS;
    timer = setTimeout(flush, Math.min(intervalMs, Math.max(0, sentAt + intervalMs - monotonicMs())));
  };
  return {
    add: (entry) => {
      waiting.push(entry);
      added += 1;
      schedule();
    },
    mark: (mark) => {
      // A batch has one mark, at its head, so that earlier entries must be sent first.
      while (!closed && (waiting.length > 0 || nextMark !== null)) flush();
      nextMark = mark;
      schedule();
    },
    acknowledge: (received) => {
      acknowledged = Math.max(acknowledged, Math.min(received, added));
      if (hasRoom()) wake?.();
    },
    hasRoom,
    room: () =>
      new Promise((resolve) => {
        if (hasRoom()) return resolve();
        wake = () => {
          wake = null;
          resolve();
        };
      }),
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      wake?.();
    },
  };
}
