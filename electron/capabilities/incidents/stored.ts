import { setImmediate } from 'node:timers/promises';
import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { type ProcessRun, SERIES_LIMITS } from '../../../shared/capabilities/history/contract.ts';
import type { SeriesSource } from '../history/source.ts';
import type { Found } from './found.ts';
import { createGpuIncidentFinder } from './gpu-incidents.ts';
import { eachBucket, INCIDENT_METRICS } from './readings.ts';
import type { IncidentRules } from './rules.ts';

/** Up to this length every two seconds count; of longer spans the stored summaries, in which a blip still counts by its share. */
const MAX_FINE_SPAN_MS = 2 * 3_600_000;
const FINE_BUCKET_MS = 2_000;
const COARSE_BUCKET_MS = 30_000;

/** Width of the buckets in which a span is read. */
export const bucketMsOf = (fromMs: number, toMs: number): number => (toMs - fromMs <= MAX_FINE_SPAN_MS ? FINE_BUCKET_MS : COARSE_BUCKET_MS);

/** The incidents of GPUs in stored readings, and the processes of the span. */
export async function storedIncidents(
  source: Pick<SeriesSource, 'series' | 'runs'>,
  o: {
    readonly hostId: string;
    readonly gpus: readonly Pick<GpuIdentity, 'uuid'>[];
    readonly fromMs: number;
    readonly toMs: number;
    readonly nowMs: number;
    readonly rules: IncidentRules;
  },
): Promise<{ readonly found: readonly Found[]; readonly runs: readonly ProcessRun[] }> {
  const bucketMs = bucketMsOf(o.fromMs, o.toMs);
  // The same buckets whatever the span, so that an incident begins at the same time in each answer.
  const beginMs = Math.floor(o.fromMs / bucketMs) * bucketMs;
  const endMs = Math.min(o.toMs, o.nowMs);
  const found: Found[] = [];
  const allRuns: ProcessRun[] = [];
  for (const { uuid } of o.gpus) {
    const finder = createGpuIncidentFinder(uuid, o.rules);
    for (let fromMs = beginMs; fromMs < endMs; ) {
      const wanted = Math.ceil((endMs - fromMs) / bucketMs);
      const buckets = Math.min(SERIES_LIMITS.maxBuckets, Math.max(SERIES_LIMITS.minBuckets, wanted));
      const toMs = fromMs + buckets * bucketMs;
      const metrics = [...INCIDENT_METRICS];
      const { columns } = await source.series({ hostId: o.hostId, kind: 'gpu', subjects: [uuid], metrics, fromMs, toMs, buckets });
      eachBucket(columns, bucketMs, finder.take);
      fromMs = toMs;
      // Reading two days must not hold the window up.
      await setImmediate();
    }
    const runs = await source.runs({ hostId: o.hostId, gpuUuid: uuid, fromMs: beginMs, toMs: endMs });
    allRuns.push(...runs);
    found.push(...finder.found(runs, o.toMs >= o.nowMs ? o.nowMs : null));
  }
  return { found, runs: allRuns };
}
