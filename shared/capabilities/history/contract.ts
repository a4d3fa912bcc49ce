import { z } from 'zod';
import { call } from '../../contract/define.ts';
import { GPU_METRICS } from '../../gpu-metrics.ts';
import { EpochMs, GpuUuid, HostId, Numbers } from '../../identifiers.ts';

export const SeriesRequest = z.object({
  hostId: HostId,
  gpuUuid: GpuUuid,
  metrics: z.array(z.enum(GPU_METRICS)).min(1).max(GPU_METRICS.length),
  fromMs: EpochMs,
  toMs: EpochMs,
  buckets: z.number().int().min(10).max(1200),
});
export type SeriesRequest = z.infer<typeof SeriesRequest>;

/** One Float64Array of `buckets × BUCKET_WIDTH` a metric, in the order asked for. */
export const SeriesAnswer = z.object({ fromMs: EpochMs, toMs: EpochMs, bucketMs: z.number(), columns: z.array(Numbers) }).readonly();
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;

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

export const HistoryUsage = z
  .object({ file: z.string(), bytes: z.number(), oldestSampleAt: EpochMs.nullable(), samples: z.number(), keepDays: z.number() })
  .readonly();
export type HistoryUsage = z.infer<typeof HistoryUsage>;

export const historyCalls = [
  call('history.series', SeriesRequest, SeriesAnswer),
  call('history.processRuns', z.object({ hostId: HostId, gpuUuid: GpuUuid, fromMs: EpochMs, toMs: EpochMs }), z.array(ProcessRun)),
  /** Asks where to save; null when the operator cancelled. */
  call(
    'history.exportCsv',
    z.object({ hostId: HostId, gpuUuid: GpuUuid, fromMs: EpochMs, toMs: EpochMs }),
    z.object({ savedTo: z.string().nullable(), rows: z.number() }),
  ),
  call('history.usage', z.void(), HistoryUsage),
  call('history.clear', z.object({ hostId: HostId }), z.void()),
] as const;
