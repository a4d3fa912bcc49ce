import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type {
  EventsRequest,
  HistoryEvent,
  HistoryUsage,
  ProcessRun,
  RunsRequest,
  SeriesAnswer,
  SeriesRequest,
  SeriesSelection,
  SubjectsRequest,
} from '../../../shared/capabilities/history/contract.ts';
import type { SeriesKindName } from '../../../shared/series-kinds.ts';

/** A series; shared/series-kinds.ts defines kinds and subjects. */
export interface SeriesId {
  readonly hostId: string;
  readonly kind: SeriesKindName;
  readonly subject: string;
}

/** A source of history. The store on this computer answers at once, a remote source with a promise. */
export interface SeriesSource {
  series(request: SeriesRequest): SeriesAnswer | Promise<SeriesAnswer>;
  /** Subjects of a kind with readings in the stretch, at most `SERIES_LIMITS.subjects`; those read last come first. */
  subjectsWithin(request: SubjectsRequest): readonly string[] | Promise<readonly string[]>;
  /** Processes that held VRAM, oldest first. */
  runs(request: RunsRequest): ProcessRun[] | Promise<ProcessRun[]>;
  /** Oldest first; at most `SERIES_LIMITS.events`, of every kind the newest. */
  events(request: EventsRequest): HistoryEvent[] | Promise<HistoryEvent[]>;
}

/** The panel's own recordings, across restarts. No method throws when the disk is full or broken; the store logs it. */
export interface HistoryStore extends SeriesSource {
  /** `rows`: `rowWidth(kind)` numbers each, oldest first. On disk within 5 s. */
  append(id: SeriesId, rows: Float64Array): void;
  /** A complete list of the processes that hold VRAM: their runs, and the series `process`. */
  recordProcesses(hostId: string, processes: readonly GpuProcess[], atMs: number): void;
  /** Runs of processes that another observer saw until `atMs`; one without an end goes on if the next list has it. */
  addRuns(hostId: string, runs: readonly ProcessRun[], atMs: number): void;
  /** The same event twice is stored once. */
  recordEvent(hostId: string, event: HistoryEvent): void;
  /** Includes rows that are not on disk yet. */
  series(request: SeriesRequest): SeriesAnswer;
  subjectsWithin(request: SubjectsRequest): readonly string[];
  runs(request: RunsRequest): ProcessRun[];
  events(request: EventsRequest): HistoryEvent[];
  /** Raw rows of `rowWidth(kind)` numbers in [fromMs, toMs), oldest first, some at a time; kept for two days. */
  rows(id: SeriesId, fromMs: number, toMs: number): Iterable<Float64Array>;
  /** Subjects of the series of a kind that are stored, sorted. */
  subjects(hostId: string, kind: SeriesKindName): readonly string[];
  /** See csv.ts. */
  csv(selection: SeriesSelection): Iterable<string>;
  usage(): HistoryUsage;
  clear(hostId: string): void;
  /** Tells the listeners that rows or events of the past were added or removed, which readers do not expect. */
  notePast(hostId: string): void;
  onPastChanged(listener: (changed: { readonly hostId: string }) => void): () => void;
  flush(): void;
  close(): void;
}
