import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridgeOf } from '../../bridge.ts';
import { asUnits, currentView, type LogSelection, redraw, showStill, still, useJournal } from './journal.ts';
import { readAfter } from './read-after.ts';

const OLDER_COUNT = 2000;
const CLOCK_SLACK_MS = 300_000;

const get = useJournal.getState;
const set = useJournal.setState;

/** Fetches what lies before the oldest row shown. One fetch at a time; a failure is kept in `fetchError`. */
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

/** In a stretch of the past: fetches what comes after its newest row. */
export async function fetchNewer(): Promise<void> {
  const { selection, isFetching, still: stretch } = get();
  const newest = still.buffer.newest();
  if (selection === null || isFetching || stretch === null || stretch.toMs !== null || newest === null) return;
  await fetching(async () => {
    const entries = await readFrom(selection, newest.at);
    if (get().selection === selection && get().still !== null) still.buffer.append(entries);
  });
}

/** What comes right after a moment of the host's clock, which may run ahead of the laptop's. */
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

/** Shows what was logged around a moment (epoch ms, host clock); going on from there is by scrolling. */
export async function showMoment(atMs: number): Promise<void> {
  const { selection } = get();
  if (selection === null) return;
  await fetching(async () => {
    const units = asUnits(selection);
    const before = await bridgeOf(selection.hostId).journal.older({ ...units, beforeMs: atMs, count: 500 });
    const after = await readFrom(selection, atMs);
    if (get().selection !== selection) return;
    still.clear();
    still.buffer.append(before);
    const atSeq = still.buffer.endSeq;
    still.buffer.appendMark({ kind: 'moment', at: atMs, said: 'the moment you asked for' });
    still.buffer.append(after);
    showStill({
      fromMs: atMs,
      toMs: null,
      atSeq,
      said: after.length === 0 ? 'Nothing was logged after this moment.' : 'Around this moment; scroll on for what came after.',
    });
  });
}

const RANGE_COUNT = 20_000;

/** Shows what was logged between two moments (epoch ms, host clock). */
export async function showRange(fromMs: number, toMs: number): Promise<void> {
  const { selection } = get();
  if (selection === null) return;
  await fetching(async () => {
    const entries = await bridgeOf(selection.hostId).journal.range({ ...asUnits(selection), fromMs, toMs, count: RANGE_COUNT });
    if (get().selection !== selection) return;
    still.clear();
    still.buffer.append(entries);
    const said =
      entries.length === 0
        ? 'Nothing was logged in this time.'
        : entries.length >= RANGE_COUNT
          ? 'These are the newest 20,000 lines of this time; export it to have all.'
          : 'All lines of this time.';
    showStill({ fromMs, toMs, atSeq: still.buffer.firstSeq, said });
  });
}
