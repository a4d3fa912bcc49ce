import { create } from 'zustand';
import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { Intake } from './intake.ts';
import { LogBuffer } from './log-buffer.ts';
import { LogView, PLAIN_VIEW, type ViewOptions } from './log-view.ts';

/** Lines kept while following. */
export const LIVE_ROWS = 100_000;
/** Room for older lines fetched, and for new ones while the view stands still. */
const HEADROOM = 20_000;
const STILL_ROWS = 40_000;
const BACKLOG_MS = 2000;
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

/** A selection as the calls take it. */
export const asUnits = (selection: LogSelection) => ({
  units: [...selection.units],
  ...(selection.maxPriority === null ? {} : { maxPriority: selection.maxPriority }),
});

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
  /** The stream was opened just now: that nothing has come says nothing yet. */
  readonly isFresh: boolean;
  readonly isFollowing: boolean;
  readonly still: Still | null;
  readonly isFetching: boolean;
  readonly fetchError: PanelError | null;
  /** Nothing older is in the journal. */
  readonly isAtBeginning: boolean;
  /** Batches wait because the view stands still and the memory is full. */
  readonly isHolding: boolean;
}

export const live = new LogView(new LogBuffer(LIVE_ROWS + HEADROOM));
export const still = new LogView(new LogBuffer(STILL_ROWS));
export const intake = new Intake(live.buffer, LIVE_ROWS);
/** The newest row that was there when the view began to stand still. */
let seenEndSeq = 0;
let pinSeq: number | null = null;
/** When the stream was opened: what comes at once is its past, not its pace. */
let openedAt = 0;
let afterFlush = (): void => {};
let mustRedraw = false;
let frame: number | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
let freshTimer: ReturnType<typeof setTimeout> | null = null;
const arrivals: { readonly at: number; readonly rows: number }[] = [];

export const useJournal = create<JournalStore>(() => ({
  selection: null,
  stream: null,
  options: PLAIN_VIEW,
  version: 0,
  scanned: 0,
  isFresh: true,
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
export function redraw(): void {
  mustRedraw = true;
  schedule();
}

/** Something came in: takes it at the next frame. */
export function schedule(): void {
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
  afterFlush();
  if (!isDone || drained.waiting === 'next-frame') schedule();
}

/** Called whenever what came in was taken. */
export function onFlushed(run: () => void): void {
  afterFlush = run;
}

/** A stream was opened; its pace is measured once its past has come. */
export function beginPace(): void {
  openedAt = performance.now();
  if (freshTimer !== null) clearTimeout(freshTimer);
  set({ isFresh: true });
  freshTimer = setTimeout(() => set({ isFresh: false }), BACKLOG_MS);
}

/** An empty live end, followed. */
export function beginLive(): void {
  live.clear();
  seenEndSeq = live.buffer.endSeq;
  pinSeq = null;
  arrivals.length = 0;
}

/** Looks at a stretch of the past in place of the live end. */
export function showStill(stretch: Still): void {
  if (get().still === null && get().isFollowing) seenEndSeq = live.buffer.endSeq;
  still.setOptions(get().options);
  set({ still: stretch, isFollowing: false, isAtBeginning: false });
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
