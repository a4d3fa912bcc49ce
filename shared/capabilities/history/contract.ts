import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { EpochMs, GpuUuid, HostId, Numbers } from '../../identifiers.ts';
import { SERIES_KIND_NAMES, seriesKind } from '../../series-kinds.ts';

export const SERIES_LIMITS = { subjects: 64, metrics: 32, minBuckets: 10, maxBuckets: 1200, events: 2_000 } as const;

export const SeriesKindId = z.enum(SERIES_KIND_NAMES);

/** Whose readings: `gpu` names GPUs by UUID, `process` as shared/process-subjects.ts does, the kinds of the gateway as shared/gateway-subjects.ts. */
export const SeriesSubject = z.string().min(1).max(700);

/** Series of one kind on one host over a stretch of time. */
const SeriesSelection = z.object({
  hostId: HostId,
  kind: SeriesKindId,
  subjects: z.array(SeriesSubject).min(1).max(SERIES_LIMITS.subjects),
  fromMs: EpochMs,
  toMs: EpochMs,
});
export type SeriesSelection = z.infer<typeof SeriesSelection>;

export const SeriesRequest = SeriesSelection.extend({
  metrics: z.array(z.string().max(60)).min(1).max(SERIES_LIMITS.metrics),
  /** Metrics whose 10th and 90th percentile are wanted; the kind must name them in `percents`. */
  percentiles: z.array(z.string().max(60)).max(SERIES_LIMITS.metrics).optional(),
  buckets: z.number().int().min(SERIES_LIMITS.minBuckets).max(SERIES_LIMITS.maxBuckets),
})
  .refine(({ kind, metrics }) => metrics.every((metric) => seriesKind(kind).metrics.includes(metric)), 'not a metric of this kind')
  .refine(
    ({ kind, percentiles = [] }) => percentiles.every((metric) => seriesKind(kind).percents.includes(metric)),
    'no percentiles of this metric',
  );
export type SeriesRequest = z.infer<typeof SeriesRequest>;

/** Numbers of one bucket in `SeriesAnswer.percentiles`: the 10th and the 90th percentile. */
export const PERCENTILES_WIDTH = 2;

export const SeriesAnswer = z
  .object({
    fromMs: EpochMs,
    toMs: EpochMs,
    bucketMs: z.number(),
    /** One Float64Array of `buckets × BUCKET_WIDTH` a subject and metric: all metrics of the first subject, then of the next. */
    columns: z.array(Numbers),
    /**
     * One of `buckets × PERCENTILES_WIDTH` a subject and metric of `percentiles`, in that order: exact to the whole percent that was
     * read, by nearest rank; NaN in a bucket without readings, and in long ranges for readings of versions that kept none.
     */
    percentiles: z.array(Numbers).optional(),
  })
  .readonly();
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;

const SubjectsRequest = z.object({ hostId: HostId, kind: SeriesKindId, fromMs: EpochMs, toMs: EpochMs });
export type SubjectsRequest = z.infer<typeof SubjectsRequest>;

/** A stretch of time in which a process held VRAM; `endedAt` null = still does. */
export const ProcessRun = z
  .object({
    gpuUuid: GpuUuid,
    pid: z.number().int(),
    name: z.string(),
    unit: z.string().nullable(),
    startedAt: EpochMs,
    endedAt: EpochMs.nullable(),
    peakMiB: z.number().nullable(),
  })
  .readonly();
export type ProcessRun = z.infer<typeof ProcessRun>;

const RunsRequest = z.object({ hostId: HostId, gpuUuid: GpuUuid, fromMs: EpochMs, toMs: EpochMs });
export type RunsRequest = z.infer<typeof RunsRequest>;

/** What an event is about: a systemd unit, an Xid of the driver, the SSH connection, the gateway, one of its backends, an incident, images. */
export const HistoryEventKind = z.enum(['unit', 'xid', 'connection', 'gateway', 'backend', 'incident', 'image']);

/** A change that was observed while the panel ran, or that the host's own log dates (Xids). */
export const HistoryEvent = z
  .object({
    kind: HistoryEventKind,
    /** The unit, PCI address, backend, route of an image run; empty where the host has only one. */
    subject: z.string(),
    /** Epoch ms; when the panel saw it, or for Xids the time in the kernel log. */
    at: EpochMs,
    /** What it became: `Running`, `Xid 79`, `online`, `made`, `failed`. */
    state: z.string(),
    detail: z.string().nullable(),
  })
  .readonly();
export type HistoryEvent = z.infer<typeof HistoryEvent>;

const EventsRequest = z.object({ hostId: HostId, fromMs: EpochMs, toMs: EpochMs });
export type EventsRequest = z.infer<typeof EventsRequest>;

/** `bytes`: what the store and its write-ahead log take on the disk; 0 while it is in memory. `samples`: raw rows of all series. */
export const HistoryUsage = z
  .object({ file: z.string(), bytes: z.number(), oldestSampleAt: EpochMs.nullable(), samples: z.number(), keepDays: z.number() })
  .readonly();
export type HistoryUsage = z.infer<typeof HistoryUsage>;

/** What was stored of the time before changed, as by an import: what was read of it is old. */
export const historyEvents = [event('history.pastChanged', z.object({ hostId: HostId }))] as const;

export const historyCalls = [
  call('history.series', SeriesRequest, SeriesAnswer),
  /** Subjects of a kind with readings in [fromMs, toMs), at most `SERIES_LIMITS.subjects`; those read last come first. */
  call('history.subjects', SubjectsRequest, z.array(z.string()).readonly()),
  call('history.processRuns', RunsRequest, z.array(ProcessRun)),
  /** At most `SERIES_LIMITS.events` of the stretch, oldest first; where there are more, the newest of every kind are among them. */
  call('history.events', EventsRequest, z.array(HistoryEvent)),
  /** Asks where to save; null when the operator cancelled. */
  call('history.exportCsv', SeriesSelection, z.object({ savedTo: z.string().nullable(), rows: z.number() })),
  call('history.usage', z.void(), HistoryUsage),
  call('history.clear', z.object({ hostId: HostId }), z.void()),
] as const;
