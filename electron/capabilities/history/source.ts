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
} from '../../../shared/capabilities/history/contract.ts';
import type { SeriesKindName } from '../../../shared/series-kinds.ts';

/** Whose rows: what a kind calls its subjects is in shared/series-kinds.ts. */
export interface SeriesId {
  readonly hostId: string;
  readonly kind: SeriesKindName;
  readonly subject: string;
}

/** Where history is read from. The store on this computer is one; what lies elsewhere answers later. */
export interface SeriesSource {
  series(request: SeriesRequest): SeriesAnswer | Promise<SeriesAnswer>;
  /** Processes that held VRAM, oldest first. */
  runs(request: RunsRequest): ProcessRun[] | Promise<ProcessRun[]>;
  /** Oldest first; the newest `SERIES_LIMITS.events` of the stretch. */
  events(request: EventsRequest): HistoryEvent[] | Promise<HistoryEvent[]>;
}

/** What the panel itself records, across restarts. No method throws for a disk that is full or broken: that is logged. */
export interface HistoryStore extends SeriesSource {
  /** `rows`: `rowWidth(kind)` numbers each, oldest first. On disk within 5 s. */
  append(id: SeriesId, rows: Float64Array): void;
  recordProcesses(hostId: string, processes: readonly GpuProcess[], atMs: number): void;
  /** The same event twice is stored once. */
  recordEvent(hostId: string, event: HistoryEvent): void;
  /** Includes what is not on disk yet. */
  series(request: SeriesRequest): SeriesAnswer;
  runs(request: RunsRequest): ProcessRun[];
  events(request: EventsRequest): HistoryEvent[];
  /** See csv.ts. */
  csv(selection: SeriesSelection): Iterable<string>;
  usage(): HistoryUsage;
  clear(hostId: string): void;
  flush(): void;
  close(): void;
}
