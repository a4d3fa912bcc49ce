import { create } from 'zustand';
import type { JournalBatch, JournalEntry, JournalMark, JournalStreamState } from '../../shared/contract/journal.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';
import { Intake } from '../features/journal/intake.ts';
import { LogBuffer } from '../features/journal/log-buffer.ts';
import { LogView, PLAIN_VIEW, type ViewOptions } from '../features/journal/log-view.ts';
import { readAfter } from '../features/journal/read-after.ts';

/** Lines kept while following. */
export const LIVE_ROWS = 100_000;
/** Room for older lines fetched, and for new ones while the view stands still. */
const HEADROOM = 20_000;
const STILL_ROWS = 40_000;
/** Newest lines asked for when a stream is opened. */
const BACKLOG = 2000;
const BACKLOG_MS = 2000;
const OLDER_COUNT = 2000;
const CLOCK_SLACK_MS = 300_000;
/** Indexing in one frame; the rest of the frame belongs to drawing. */
const FRAME_BUDGET_MS = 8;
/** A hidden window gets no frames, and its stream must go on. */
const HIDDEN_FLUSH_MS = 400;

/** The units followed, of which host, and from which journal priority (0..7) on. */
export interface LogSelection {
  readonly hostId: string;
  readonly units: readonly string[];
  readonly maxPriority: number | null;
}

/** A stretch of the past that is looked at in place of the live end. */
export interface Still {
  readonly fromMs: number;
  readonly toMs: number | null;
  /** The row to stand at, once. */
  readonly atSeq: number | null;
  /** What this stretch is, in words. */
  readonly said: string;
}

interface JournalStore {
  readonly selection: LogSelection | null;
  readonly stream: JournalStreamState | null;
  readonly options: ViewOptions;
  /** Grows whenever the rows changed; the rows themselves stay outside React. */
  readonly version: number;
  /** Grows whenever more lines were searched, whether or not other rows are shown. */
  readonly scanned: number;
  readonly isFollowing: boolean;
  readonly still: Still | null;
  readonly isFetching: boolean;
  readonly fetchError: PanelError | null;
  /** Nothing older is in the journal. */
  readonly isAtBeginning: boolean;
  /** Batches wait because the view stands still and the memory is full. */
  readonly isHolding: boolean;
}

const live = new LogView(new LogBuffer(LIVE_ROWS + HEADROOM));
const still = new LogView(new LogBuffer(STILL_ROWS));
const intake = new Intake(live.buffer, LIVE_ROWS);
/** The newest row that was there when the view began to stand still. */
let seenEndSeq = 0;
let pinSeq: number | null = null;
let streamId: string | null = null;
let opening = 0;
let acknowledged = 0;
/** When the stream was opened: what comes at once is its past, not its pace. */
let openedAt = 0;
/** What came while the answer to `open` was on its way. */
let early: JournalBatch[] = [];
let mustRedraw = false;
let frame: number | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
const arrivals: { readonly at: number; readonly rows: number }[] = [];

export const useJournal = create<JournalStore>(() => ({
  selection: null,
  stream: null,
  options: PLAIN_VIEW,
  version: 0,
  scanned: 0,
  isFollowing: true,
  still: null,
  isFetching: false,
  fetchError: null,
  isAtBeginning: false,
  isHolding: false,
}));

const get = useJournal.getState;
const set = useJournal.setState;

/** What is looked at now: the live end, or a stretch of the past. */
export function currentView(): LogView {
  return get().still === null ? live : still;
}

/** Lines that came since the view began to stand still. */
export function newLines(): number {
  return get().isFollowing && get().still === null ? 0 : Math.max(0, live.buffer.endSeq - seenEndSeq);
}

/** Lines a second that came lately. */
export function lineRate(now: number): number {
  const since = now - 5000;
  while (arrivals[0] !== undefined && arrivals[0].at < since) arrivals.shift();
  return arrivals.reduce((sum, arrival) => sum + arrival.rows, 0) / 5;
}

/** The rows may have changed: draws them at the next frame. */
function redraw(): void {
  mustRedraw = true;
  schedule();
}

function schedule(): void {
  if (frame === null) frame = requestAnimationFrame(flush);
  if (timer === null) timer = setTimeout(flush, HIDDEN_FLUSH_MS);
}

function flush(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  if (timer !== null) clearTimeout(timer);
  frame = null;
  timer = null;
  const isPinned = !get().isFollowing || get().still !== null;
  const drained = intake.drain(isPinned ? (get().still === null ? pinSeq : live.buffer.endSeq) : null);
  if (drained.rows > 0 && performance.now() - openedAt > BACKLOG_MS) arrivals.push({ at: performance.now(), rows: drained.rows });
  const deadline = performance.now() + FRAME_BUDGET_MS;
  const { rows } = currentView();
  const before = rows.length;
  const isDone = currentView().step(() => performance.now() >= deadline);
  const isChanged = mustRedraw || drained.rows > 0 || rows.length !== before;
  mustRedraw = false;
  set((store) => ({
    version: isChanged ? store.version + 1 : store.version,
    scanned: store.scanned + 1,
    isHolding: drained.waiting === 'pinned',
    // The beginning that was reached may have been let go again.
    isAtBeginning: store.isAtBeginning && currentView().buffer.dropped === 0,
  }));
  acknowledge();
  if (!isDone || drained.waiting === 'next-frame') schedule();
}

function acknowledge(): void {
  if (streamId === null || intake.received === acknowledged) return;
  acknowledged = intake.received;
  bridge.journal.acknowledge({ streamId, received: acknowledged }).catch(() => {
    // A stream that is gone needs no receipt; its end is told as a stream state.
  });
}

function localMark(kind: JournalMark['kind'], said: string): void {
  live.buffer.appendMark({ kind, at: Date.now(), said });
}

const asUnits = (selection: LogSelection) => ({
  units: [...selection.units],
  ...(selection.maxPriority === null ? {} : { maxPriority: selection.maxPriority }),
});

async function open(selection: LogSelection, isAgain: boolean): Promise<void> {
  opening += 1;
  const mine = opening;
  const before = streamId;
  streamId = null;
  early = [];
  intake.restart();
  acknowledged = 0;
  set({ stream: { kind: 'opening', streamId: '' } });
  try {
    if (before !== null) await bridge.journal.close({ streamId: before }).catch(() => {});
    const answer = await bridge.journal.open({ ...asUnits(selection), backlog: BACKLOG });
    if (mine !== opening) {
      await bridge.journal.close({ streamId: answer.streamId }).catch(() => {});
      return;
    }
    streamId = answer.streamId;
    openedAt = performance.now();
    if (isAgain && live.buffer.length > 0) localMark('gap', 'Opened again: more than the last 2,000 lines may be missing above here');
    for (const batch of early) if (batch.streamId === streamId) intake.push(batch);
    early = [];
  } catch (thrown) {
    if (mine === opening) set({ stream: { kind: 'failed', streamId: '', error: toPanelError(thrown) } });
  }
  redraw();
}

/** Follows these units in place of what was followed before. */
export function follow(selection: LogSelection): void {
  live.clear();
  seenEndSeq = live.buffer.endSeq;
  pinSeq = null;
  arrivals.length = 0;
  set({ selection, isFollowing: true, still: null, isAtBeginning: false, fetchError: null, isHolding: false });
  if (selection.units.length === 0) {
    stopFollowing();
    return;
  }
  void open(selection, false);
}

function stopFollowing(): void {
  opening += 1;
  const before = streamId;
  streamId = null;
  intake.restart();
  acknowledged = 0;
  if (before !== null) bridge.journal.close({ streamId: before }).catch(() => {});
  set((store) => ({ stream: null, version: store.version + 1 }));
}

/** Opens the same stream again after it failed; what is shown stays. */
export function followAgain(): void {
  const { selection } = get();
  if (selection !== null && selection.units.length > 0) void open(selection, true);
}

/** Begins to follow the live end, or stands still. */
export function setFollowing(isFollowing: boolean): void {
  if (get().isFollowing === isFollowing) return;
  if (!isFollowing) seenEndSeq = live.buffer.endSeq;
  set({ isFollowing });
  redraw();
}

/** The oldest row in sight; what lies well above it may be let go while the view stands still. */
export function setPin(seq: number): void {
  pinSeq = seq;
}

/** Back to the live end, from wherever. */
export function goLive(): void {
  pinSeq = null;
  set({ still: null, isFollowing: true, fetchError: null, isAtBeginning: false });
  live.setOptions(get().options);
  redraw();
}

/** Shows the rows another way. */
export function setViewOptions(change: Partial<ViewOptions>): void {
  const options = { ...get().options, ...change };
  set({ options });
  currentView().setOptions(options);
  redraw();
}

/** Folds or unfolds one traceback. */
export function toggleFold(groupCursor: string): void {
  const exceptions = new Set(get().options.foldExceptions);
  if (!exceptions.delete(groupCursor)) exceptions.add(groupCursor);
  setViewOptions({ foldExceptions: exceptions });
}

/** Fetches what lies before the oldest row shown. One fetch at a time; a failure is kept in `fetchError`. */
export async function fetchOlder(): Promise<void> {
  const { selection, isFetching, isAtBeginning } = get();
  const view = currentView();
  const oldest = view.buffer.oldest();
  if (selection === null || isFetching || isAtBeginning || oldest === null || view.buffer.length >= view.buffer.capacity) return;
  await fetching(async () => {
    const entries = await bridge.journal.older({ ...asUnits(selection), beforeCursor: oldest.cursor, count: OLDER_COUNT });
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
    read: (from, to, count) => bridge.journal.range({ ...asUnits(selection), fromMs: from, toMs: to, count }),
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

function showStill(stretch: Still): void {
  if (get().still === null && get().isFollowing) seenEndSeq = live.buffer.endSeq;
  still.setOptions(get().options);
  set({ still: stretch, isFollowing: false, isAtBeginning: false });
}

/** Shows what was logged around a moment (epoch ms, host clock); going on from there is by scrolling. */
export async function showMoment(atMs: number): Promise<void> {
  const { selection } = get();
  if (selection === null) return;
  await fetching(async () => {
    const units = asUnits(selection);
    const before = await bridge.journal.older({ ...units, beforeMs: atMs, count: 500 });
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
    const entries = await bridge.journal.range({ ...asUnits(selection), fromMs, toMs, count: RANGE_COUNT });
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

let isStarted = false;

/** Subscribes to the stream's pushes, once; the stream then goes on whichever page is shown. */
export function startJournalStore(): void {
  if (isStarted) return;
  isStarted = true;
  bridge.journal.onEntries((batch) => {
    if (streamId === null) early.push(batch);
    if (batch.streamId !== streamId) return;
    intake.push(batch);
    schedule();
  });
  bridge.journal.onStream((stream) => {
    if (stream.streamId === streamId || streamId === null) set({ stream });
  });
}
