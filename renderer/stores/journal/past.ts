import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridgeOf } from '../../bridge.ts';
import { asUnits, beginStill, currentView, type LogSelection, redraw, showStill, still, useJournal } from './journal.ts';
import { readAfter } from './read-after.ts';
import { describeCutRange, TEXT } from './text.ts';

const OLDER_COUNT = 2000;
const CLOCK_SLACK_MS = 300_000;

const get = useJournal.getState;
const set = useJournal.setState;

/** Loads the lines before the oldest row, one request at a time; a failure is in `fetchError`. */
export async function fetchOlder(): Promise<void> {
  const { selection, isFetching, isAtBeginning } = get();
  const view = currentView();
  const oldest = view.buffer.oldest();
  if (selection === null || isFetching || isAtBeginning || oldest === null || view.buffer.length >= view.buffer.capacity) return;
  await fetching(async () => {
    const entries = await bridgeOf(selection.hostId).journal.older({
      ...asUnits(selection),
      beforeCursor: oldest.cursor,
      count: OLDER_COUNT,
    });
    if (get().selection !== selection || currentView() !== view) return;
    const { added } = view.buffer.prepend(entries);
    if (added > 0) return;
    view.buffer.dropped = 0;
    set({ isAtBeginning: true });
  });
}

/** Loads the lines after the newest row of a past range. */
export async function fetchNewer(): Promise<void> {
  const { selection, isFetching, still: stretch } = get();
  const newest = still.buffer.newest();
  if (selection === null || isFetching || stretch === null || stretch.toMs !== null || newest === null) return;
  await fetching(async () => {
    const entries = await readFrom(selection, newest.at);
    if (get().selection === selection && get().still !== null) still.buffer.append(entries);
  });
}

/** The lines right after a time of the host's clock, which may run ahead of this computer's. */
function readFrom(selection: LogSelection, fromMs: number): Promise<readonly JournalEntry[]> {
  return readAfter({
    read: (from, to, count) => bridgeOf(selection.hostId).journal.range({ ...asUnits(selection), fromMs: from, toMs: to, count }),
    fromMs,
    untilMs: Math.max(Date.now(), fromMs) + CLOCK_SLACK_MS,
    wanted: 500,
    limit: 5000,
  });
}

async function fetching(work: () => Promise<void>): Promise<void> {
  set({ isFetching: true, fetchError: null });
  try {
    await work();
  } catch (thrown) {
    set({ fetchError: toPanelError(thrown) });
  } finally {
    set({ isFetching: false });
    redraw();
  }
}

/** Shows the lines around a time (epoch ms, host clock); scrolling loads more. */
export async function showMoment(atMs: number): Promise<void> {
  const { selection } = get();
  if (selection === null) return;
  const isWanted = beginStill();
  await fetching(async () => {
    const units = asUnits(selection);
    const before = await bridgeOf(selection.hostId).journal.older({ ...units, beforeMs: atMs, count: 500 });
    const after = await readFrom(selection, atMs);
    if (get().selection !== selection || !isWanted()) return;
    still.clear();
    still.buffer.append(before);
    const atSeq = still.buffer.endSeq;
    still.buffer.appendMark({ kind: 'moment', at: atMs, message: TEXT.selectedTime });
    still.buffer.append(after);
    showStill({
      fromMs: atMs,
      toMs: null,
      atSeq,
      message: after.length === 0 ? TEXT.nothingAfter : TEXT.aroundTime,
    });
  });
}

const RANGE_COUNT = 20_000;

/** Shows the lines between two times (epoch ms, host clock). */
export async function showRange(fromMs: number, toMs: number): Promise<void> {
  const { selection } = get();
  if (selection === null) return;
  const isWanted = beginStill();
  await fetching(async () => {
    const entries = await bridgeOf(selection.hostId).journal.range({ ...asUnits(selection), fromMs, toMs, count: RANGE_COUNT });
    if (get().selection !== selection || !isWanted()) return;
    still.clear();
    still.buffer.append(entries);
    const message =
      entries.length === 0 ? TEXT.emptyRange : entries.length >= RANGE_COUNT ? describeCutRange(RANGE_COUNT) : TEXT.wholeRange;
    showStill({ fromMs, toMs, atSeq: still.buffer.firstSeq, message });
  });
}
