import { GPU_METRICS } from '../../../shared/gpu-metrics.ts';
import { metricIndex } from '../../../shared/gpu-row.ts';
import type { SampleRing } from '../../stores/sample-ring.ts';
import { PERCENTILE_METRICS } from './charts.ts';

const METRICS = GPU_METRICS.length;
const PERCENTS = PERCENTILE_METRICS.map(metricIndex);

/** One bucket of live rows; arrays in the order of GPU_METRICS, a metric without a reading has count 0. */
export interface TailCell {
  readonly startMs: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly count: Float64Array;
  /** Every value of the metrics whose percentiles are drawn, by their place in GPU_METRICS. */
  readonly values: ReadonlyMap<number, number[]>;
}

/** The live end of a chart: buckets filled from the ring, reading each row once. */
export class TailBuckets {
  readonly bucketMs: number;
  readonly #cells = new Map<number, TailCell>();
  #upToMs = Number.NEGATIVE_INFINITY;
  #firstMs: number | null = null;

  constructor(bucketMs: number) {
    this.bucketMs = bucketMs;
  }

  /** The start of the first complete bucket; null before the first row. */
  get wholeFromMs(): number | null {
    return this.#firstMs === null ? null : Math.ceil(this.#firstMs / this.bucketMs) * this.bucketMs;
  }

  /** The buckets from a time on, oldest first. */
  from(startMs: number): readonly TailCell[] {
    return [...this.#cells.values()].filter((cell) => cell.startMs >= startMs).sort((a, b) => a.startMs - b.startMs);
  }

  has(startMs: number): boolean {
    return this.#cells.has(startMs);
  }

  /** Adds the new rows of the ring; a second call changes nothing. */
  take(ring: SampleRing): void {
    const lastAt = ring.lastAt;
    if (lastAt === null || lastAt < this.#upToMs) this.#restart();
    if (lastAt === null || ring.firstAt === null) return;
    ring.forEachAfter(this.#upToMs, (cells, offset) => this.#add(cells, offset));
    this.#upToMs = lastAt;
    this.#firstMs = this.#firstMs === null ? ring.firstAt : Math.max(this.#firstMs, ring.firstAt);
    // Rows that the ring dropped are in the stored history.
    for (const start of this.#cells.keys()) if (start + this.bucketMs <= ring.firstAt) this.#cells.delete(start);
  }

  #restart(): void {
    this.#cells.clear();
    this.#upToMs = Number.NEGATIVE_INFINITY;
    this.#firstMs = null;
  }

  #add(cells: Float64Array, offset: number): void {
    const startMs = Math.floor((cells[offset] ?? 0) / this.bucketMs) * this.bucketMs;
    let cell = this.#cells.get(startMs);
    if (cell === undefined) {
      cell = {
        startMs,
        min: new Float64Array(METRICS).fill(Number.POSITIVE_INFINITY),
        max: new Float64Array(METRICS).fill(Number.NEGATIVE_INFINITY),
        sum: new Float64Array(METRICS),
        count: new Float64Array(METRICS),
        values: new Map(PERCENTS.map((place) => [place, []])),
      };
      this.#cells.set(startMs, cell);
    }
    for (let i = 0; i < METRICS; i += 1) {
      const value = cells[offset + 1 + i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      cell.min[i] = Math.min(cell.min[i] ?? value, value);
      cell.max[i] = Math.max(cell.max[i] ?? value, value);
      cell.sum[i] = (cell.sum[i] ?? 0) + value;
      cell.count[i] = (cell.count[i] ?? 0) + 1;
      cell.values.get(i)?.push(value);
    }
  }
}
