import { GPU_METRICS } from './gpu-metrics.ts';

/** Slots of one class and kind of request at one poll of the gateway; NaN = not reported. */
export const SLOT_METRICS = ['slotsLimit', 'slotsFree', 'slotsInUse'] as const;

/**
 * Requests that ended since the row before, by outcome: accepted (2xx), rejected with 429 (no free slot) or 503 (backend not
 * ready), failed in any other way. `latencyMs` is the mean of the accepted ones. NaN = not reported.
 */
export const REQUEST_METRICS = ['accepted', 'rejected429', 'rejected503', 'failed', 'latencyMs'] as const;

/** 1 = up, 0 = down at the moment of the row; nothing is stored while it is not known. */
export const LINK_METRICS = ['isUp'] as const;
/** A row stands for this time. */
export const LINK_INTERVAL_MS = 30_000;

/** VRAM of one holder in one list of processes. A holder that ended has one row of 0; NaN = the driver does not report it. */
export const PROCESS_METRICS = ['memoryUsedMiB'] as const;

/** Jobs of a generator's queue at one reading of it; NaN = not reported. */
export const QUEUE_METRICS = ['jobsRunning', 'jobsWaiting'] as const;
/** The subject of `queue` for InvokeAI. */
export const INVOKEAI_QUEUE = 'invokeai';

/** What one kind of stored row consists of. Its metric names carry their units. */
export interface SeriesKind {
  /** In the order of the columns after the time. A list that changes leaves stored rows readable: they are saved with theirs. */
  readonly metrics: readonly string[];
  /** Metrics that count what happened in a row; a bucket adds them up (mean × count), where others are averaged. */
  readonly counts: ReadonlySet<string>;
  /** Summaries of this length answer for long ranges and remain after the raw rows. Fixed once rows are stored. */
  readonly rollupMs: number;
  /** Metrics in whole percent of 0 to 100 whose every value is kept as long as the summaries, so that percentiles stay exact. */
  readonly percents: readonly string[];
  /** A row stands until the next one, at most this long, so that narrower buckets are no false gaps; 0 = for its moment only. */
  readonly holdMs: number;
}

export const SERIES_KIND_NAMES = ['gpu', 'gateway-slots', 'gateway-requests', 'links', 'process', 'queue'] as const;
export type SeriesKindName = (typeof SERIES_KIND_NAMES)[number];

const NONE: ReadonlySet<string> = new Set();
const NO_PERCENTS: readonly string[] = [];
const LOAD: readonly string[] = ['utilizationGpuPercent', 'utilizationMemoryPercent'];

/**
 * Everything that is stored over time. Subjects: of `gpu` the UUID, of `gateway-slots` and `gateway-requests` what
 * {@link file://./gateway-subjects.ts} names, of `links` what {@link file://./link-subjects.ts} names, of `process` a GPU and who holds
 * its VRAM, see {@link file://./process-subjects.ts}, of `queue` the program.
 */
export const SERIES_KINDS = {
  gpu: { metrics: GPU_METRICS, counts: NONE, rollupMs: 10_000, percents: LOAD, holdMs: 0 },
  // Polled every 2 s at most, for some ten classes: coarser summaries keep two weeks of them as small as those of one GPU.
  'gateway-slots': { metrics: SLOT_METRICS, counts: NONE, rollupMs: 60_000, percents: NO_PERCENTS, holdMs: 0 },
  'gateway-requests': {
    metrics: REQUEST_METRICS,
    counts: new Set<string>(REQUEST_METRICS.slice(0, 4)),
    rollupMs: 60_000,
    percents: NO_PERCENTS,
    holdMs: 0,
  },
  links: { metrics: LINK_METRICS, counts: NONE, rollupMs: 60_000, percents: NO_PERCENTS, holdMs: 0 },
  // Listed every 5 s while the VRAM changes, else every 30 s; the rest is the time that the answer may take.
  process: { metrics: PROCESS_METRICS, counts: NONE, rollupMs: 60_000, percents: NO_PERCENTS, holdMs: 40_000 },
  // Read every 5 s, every 20 s for a hidden window; the rest is the time that the answer may take.
  queue: { metrics: QUEUE_METRICS, counts: NONE, rollupMs: 60_000, percents: NO_PERCENTS, holdMs: 25_000 },
} as const satisfies Readonly<Record<SeriesKindName, SeriesKind>>;

export type MetricOf<K extends SeriesKindName> = (typeof SERIES_KINDS)[K]['metrics'][number];

/** The kind of a name as data, without the types of its metrics. */
export const seriesKind = (name: SeriesKindName): SeriesKind => SERIES_KINDS[name];

/** Columns of one row: its time in epoch ms, then every metric of the kind. */
export const rowWidth = (kind: SeriesKind): number => 1 + kind.metrics.length;
