import { create } from 'zustand';
import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { type LogFilter, withFilter, withoutFilter } from './filters.ts';
import { Intake } from './intake.ts';
import { LogBuffer } from './log-buffer.ts';
import { LogView, PLAIN_VIEW, type ViewOptions } from './log-view.ts';

/** Lines in memory while following. */
export const LIVE_ROWS = 100_000;
/** Room for older lines that were loaded, and for new lines while the view is paused. */
const HEADROOM = 20_000;
const STILL_ROWS = 40_000;
const BACKLOG_MS = 2000;
/** Time for indexing in one frame; the rest is for rendering. */
const FRAME_BUDGET_MS = 8;
/** Between two drawings of a stream that is faster than anybody reads. */
const FLOOD_REDRAW_MS = 120;
/** Lines in that time that make a flood. */
const FLOOD_ROWS = 60;
/** A hidden window gets no frames, but must keep draining its stream. */
const HIDDEN_FLUSH_MS = 400;

/** The followed units of a host. */
export interface LogSelection {
  readonly hostId: string;
  readonly units: readonly string[];
}

/** The selection as an argument of journal calls. */
export const asUnits = (selection: LogSelection) => ({ units: [...selection.units] });

/** A past range that is shown instead of the live end. */
export interface Still {
  readonly fromMs: number;
  readonly toMs: number | null;
  /** The row to scroll to first. */
  readonly atSeq: number | null;
  /** A description of the range. */
  readonly message: string;
}

interface JournalStore {
  readonly selection: LogSelection | null;
  readonly stream: JournalStreamState | null;
  readonly options: ViewOptions;
  /** Increases when rows change; the rows themselves stay outside React. */
  readonly version: number;
  /** Increases when more lines were searched. */
  readonly scanned: number;
  /** The stream was opened just now, so that no lines does not yet mean an empty journal. */
  readonly isFresh: boolean;
  readonly isFollowing: boolean;
  readonly still: Still | null;
  readonly isFetching: boolean;
  readonly fetchError: PanelError | null;
  /** The oldest row is the first line of the journal. */
  readonly isAtBeginning: boolean;
  /** Batches wait because the view is paused and the buffer full. */
  readonly isHolding: boolean;
}

export const live = new LogView(new LogBuffer(LIVE_ROWS + HEADROOM));
export const still = new LogView(new LogBuffer(STILL_ROWS));
export const intake = new Intake(live.buffer, LIVE_ROWS);
/** One past the newest row at the time of the pause. */
let seenEndSeq = 0;
let pinSeq: number | null = null;
/** The newest request of a past range. */
let stillRequest = 0;
/** When the stream was opened; its backlog does not count for the line rate. */
let openedAt = 0;
let afterFlush = (): void => {};
let mustRedraw = false;
/** Rows that were drained and are not drawn yet. */
let undrawnRows = 0;
let drawnAt = 0;
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

/** The shown view: the live end or a past range. */
export function currentView(): LogView {
  return get().still === null ? live : still;
}

/** Lines that arrived since the pause. */
export function newLines(): number {
  return get().isFollowing && get().still === null ? 0 : Math.max(0, live.buffer.endSeq - seenEndSeq);
}

/** Lines per second over the last 5 s. */
export function lineRate(now: number): number {
  const since = now - 5000;
  while (arrivals[0] !== undefined && arrivals[0].at < since) arrivals.shift();
  return arrivals.reduce((sum, arrival) => sum + arrival.rows, 0) / 5;
}

/** Renders the rows at the next frame. */
export function redraw(): void {
  mustRedraw = true;
  schedule();
}

/** Drains the queue at the next frame. */
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
  undrawnRows += drained.rows;
  const isHeldBack = !mustRedraw && undrawnRows > FLOOD_ROWS && performance.now() - drawnAt < FLOOD_REDRAW_MS;
  const isChanged = mustRedraw || ((undrawnRows > 0 || rows.length !== before) && !isHeldBack);
  if (isChanged) {
    mustRedraw = false;
    undrawnRows = 0;
    drawnAt = performance.now();
  }
  set((store) => ({
    version: isChanged ? store.version + 1 : store.version,
    scanned: isHeldBack ? store.scanned : store.scanned + 1,
    isHolding: drained.waiting === 'pinned',
    // The first line of the journal may have been dropped since.
    isAtBeginning: store.isAtBeginning && currentView().buffer.dropped === 0,
  }));
  afterFlush();
  if (!isDone || isHeldBack || drained.waiting === 'next-frame') schedule();
}

/** Sets the function to call after each drain. */
export function onFlushed(run: () => void): void {
  afterFlush = run;
}

/** Starts to measure the line rate of a new stream, after its backlog. */
export function beginPace(): void {
  openedAt = performance.now();
  if (freshTimer !== null) clearTimeout(freshTimer);
  set({ isFresh: true });
  freshTimer = setTimeout(() => set({ isFresh: false }), BACKLOG_MS);
}

/** Empties the live view and follows it. */
export function beginLive(): void {
  stillRequest += 1;
  live.clear();
  seenEndSeq = live.buffer.endSeq;
  pinSeq = null;
  arrivals.length = 0;
}

/** Begins to load a past range; the operator's next choice overtakes it. Returns whether it is still wanted. */
export function beginStill(): () => boolean {
  stillRequest += 1;
  const mine = stillRequest;
  return () => mine === stillRequest;
}

/** Shows a past range instead of the live end. */
export function showStill(stretch: Still): void {
  if (get().still === null && get().isFollowing) seenEndSeq = live.buffer.endSeq;
  still.setOptions(get().options);
  set({ still: stretch, isFollowing: false, isAtBeginning: false });
}

/** Resumes or pauses the live view. */
export function setFollowing(isFollowing: boolean): void {
  if (get().isFollowing === isFollowing) return;
  if (!isFollowing) seenEndSeq = live.buffer.endSeq;
  set({ isFollowing });
  redraw();
}

/** Sets the oldest visible row; rows well above it may be dropped while the view is paused. */
export function setPin(seq: number): void {
  pinSeq = seq;
}

/** The oldest row that was visible last; null = the list followed its end. */
export const pinnedSeq = (): number | null => (get().isFollowing ? null : pinSeq);

/** Shows the live end. */
export function goLive(): void {
  stillRequest += 1;
  pinSeq = null;
  set({ still: null, isFollowing: true, fetchError: null, isAtBeginning: false });
  live.setOptions(get().options);
  redraw();
}

/** Changes the view options. */
export function setViewOptions(change: Partial<ViewOptions>): void {
  const options = { ...get().options, ...change };
  set({ options });
  currentView().setOptions(options);
  redraw();
}

/** Narrows the lines by one more condition, or widens them by one less. */
export const addFilter = (filter: LogFilter): void => setViewOptions({ filters: withFilter(get().options.filters, filter) });
export const removeFilter = (filter: LogFilter): void => setViewOptions({ filters: withoutFilter(get().options.filters, filter) });
export const clearFilters = (): void => setViewOptions({ filters: [] });

/** Folds or unfolds one traceback. */
export function toggleFold(groupCursor: string): void {
  const exceptions = new Set(get().options.foldExceptions);
  if (!exceptions.delete(groupCursor)) exceptions.add(groupCursor);
  setViewOptions({ foldExceptions: exceptions });
}
