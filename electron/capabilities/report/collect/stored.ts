import { BUCKET, BUCKET_WIDTH, valuesOfBuckets } from '../../../../shared/buckets.ts';
import type { GpuIdentity } from '../../../../shared/capabilities/gpu/contract.ts';
import type { SeriesKindName } from '../../../../shared/series-kinds.ts';
import { REQUEST_METRICS, rowWidth, seriesKind } from '../../../../shared/series-kinds.ts';
import type { HistoryStore } from '../../history/source.ts';
import type { GpuHistory, LinkHistory, RequestHistory } from '../data.ts';
import type { Span } from '../document.ts';

/** The history of one host, as far as a report reads it. */
export type StoredHistory = Pick<HistoryStore, 'series' | 'rows' | 'subjects' | 'runs' | 'events'>;

/** Points of a chart, and of what dates gaps; a bucket is at least two minutes, so that one without a value is a gap. */
const MAX_BUCKETS = 720;
const MAX_LINK_BUCKETS = 1_200;
const MIN_BUCKET_MS = 120_000;
const MIN_BUCKETS = 10;
const MAX_LINKS = 40;
const MAX_GPUS = 8;
/** Raw rows are kept for so long. */
const RAW_MS = 48 * 3_600_000;
/** Bounds the memory of latencies; older ones are left out. */
const MAX_LATENCIES = 100_000;
const NO_BUCKETS = new Float64Array(0);

const bucketsOf = ({ fromMs, toMs }: Span, kind: SeriesKindName): number =>
  Math.min(kind === 'links' ? MAX_LINK_BUCKETS : MAX_BUCKETS, Math.max(MIN_BUCKETS, Math.floor((toMs - fromMs) / MIN_BUCKET_MS)));

function columnsOf(
  history: StoredHistory,
  hostId: string,
  kind: SeriesKindName,
  subject: string,
  metrics: readonly string[],
  span: Span,
): readonly Float64Array[] {
  const { fromMs, toMs } = span;
  return history.series({ hostId, kind, subjects: [subject], metrics: [...metrics], fromMs, toMs, buckets: bucketsOf(span, kind) }).columns;
}

export const readLinks = (history: StoredHistory, hostId: string, span: Span): readonly LinkHistory[] =>
  history
    .subjects(hostId, 'links')
    .slice(0, MAX_LINKS)
    .map((subject) => ({ subject, isUp: columnsOf(history, hostId, 'links', subject, ['isUp'], span)[0] ?? NO_BUCKETS }))
    .filter(({ isUp }) => hasValues(isUp));

const hasValues = (column: Float64Array): boolean => {
  for (let at = BUCKET.count; at < column.length; at += BUCKET_WIDTH) if ((column[at] ?? 0) > 0) return true;
  return false;
};

/** A GPU that the panel knows, or that only its history has. */
export type KnownGpu = Pick<GpuIdentity, 'uuid' | 'name' | 'memoryTotalMiB'>;

export function readGpus(history: StoredHistory, hostId: string, known: readonly KnownGpu[], span: Span): readonly GpuHistory[] {
  const names = new Map(known.map((gpu) => [gpu.uuid, gpu]));
  return (
    history
      .subjects(hostId, 'gpu')
      .slice(0, MAX_GPUS)
      .map((uuid) => {
        const metrics = ['memoryUsedMiB', 'utilizationGpuPercent', 'temperatureC', 'powerDrawW'];
        const [memory, load, temperature, power] = columnsOf(history, hostId, 'gpu', uuid, metrics, span);
        return {
          uuid,
          name: names.get(uuid)?.name ?? 'GPU',
          memoryTotalMiB: names.get(uuid)?.memoryTotalMiB ?? null,
          memoryUsedMiB: memory ?? NO_BUCKETS,
          utilizationGpuPercent: load ?? NO_BUCKETS,
          temperatureC: temperature ?? NO_BUCKETS,
          powerDrawW: power ?? NO_BUCKETS,
          runs: history.runs({ hostId, gpuUuid: uuid, ...span }),
        };
      })
      // A card that was replaced before the span is none of it.
      .filter(
        ({ uuid, memoryUsedMiB, utilizationGpuPercent }) => names.has(uuid) || hasValues(memoryUsedMiB) || hasValues(utilizationGpuPercent),
      )
  );
}

/** The panel's own requests to a gateway; `subject` of shared/gateway-subjects.ts. */
export function readRequests(history: StoredHistory, hostId: string, subject: string, span: Span, nowMs: number): RequestHistory {
  const metrics = ['accepted', 'rejected429', 'rejected503', 'failed'];
  const [accepted, rejected429, rejected503, failed] = columnsOf(history, hostId, 'gateway-requests', subject, metrics, span);
  const width = rowWidth(seriesKind('gateway-requests'));
  const acceptedAt = 1 + REQUEST_METRICS.indexOf('accepted');
  const latencyAt = 1 + REQUEST_METRICS.indexOf('latencyMs');
  const latenciesMs: number[] = [];
  for (const rows of history.rows({ hostId, kind: 'gateway-requests', subject }, span.fromMs, span.toMs)) {
    for (let at = 0; at + width <= rows.length && latenciesMs.length < MAX_LATENCIES; at += width) {
      const latency = rows[at + latencyAt] ?? Number.NaN;
      if ((rows[at + acceptedAt] ?? 0) > 0 && !Number.isNaN(latency)) latenciesMs.push(latency);
    }
  }
  return {
    accepted: accepted ?? NO_BUCKETS,
    rejected429: rejected429 ?? NO_BUCKETS,
    rejected503: rejected503 ?? NO_BUCKETS,
    failed: failed ?? NO_BUCKETS,
    latenciesMs,
    latenciesSinceMs: nowMs - RAW_MS,
  };
}

/** Most VRAM in use on all these GPUs while something ran; null = no readings. */
export function peakVram(history: StoredHistory, hostId: string, uuids: readonly string[], span: Span): number | null {
  const metrics = ['memoryUsedMiB'];
  const peaks = uuids.flatMap((uuid) => {
    const { columns } = history.series({ hostId, kind: 'gpu', subjects: [uuid], metrics, ...span, buckets: MIN_BUCKETS });
    const values = valuesOfBuckets(columns[0], 'max').filter((value) => value !== null);
    return values.length === 0 ? [] : [Math.max(...values)];
  });
  return peaks.length === 0 ? null : peaks.reduce((sum, peak) => sum + peak, 0);
}
