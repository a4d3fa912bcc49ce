import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValue, beginBuckets, finishBuckets } from '../../../shared/buckets.ts';
import { GPU_METRICS, GPU_ROW_WIDTH } from '../../../shared/gpu-metrics.ts';
import { metricIndex } from '../../../shared/gpu-row.ts';
import { SampleRing } from '../../stores/sample-ring.ts';
import { aligned, bucketMsFor, RANGES } from '../history/ranges.ts';
import { storedPoints } from '../history/stored-points.ts';
import { mergedPoints } from './chart-points.ts';
import { TailBuckets } from './tail-buckets.ts';

function rows(samples: readonly (readonly [at: number, value: number])[]): Float64Array {
  const cells = new Float64Array(samples.length * GPU_ROW_WIDTH).fill(Number.NaN);
  for (const [i, [at, value]] of samples.entries()) {
    cells[i * GPU_ROW_WIDTH] = at;
    cells[i * GPU_ROW_WIDTH + 1] = value;
  }
  return cells;
}

const drawn = (...metrics: readonly number[]) => ({ metrics, scale: 1, band: 'range' }) as const;

const timesOf = (ring: SampleRing, after = Number.NEGATIVE_INFINITY) => {
  const times: number[] = [];
  ring.forEachAfter(after, (cells, offset) => times.push(cells[offset] ?? Number.NaN));
  return times;
};

describe('the ring', () => {
  it('keeps the newest rows in order, each once, however they are batched', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), (times, capacity) => {
        const ring = new SampleRing(capacity);
        const kept: number[] = [];
        for (const at of times) {
          ring.append(rows([[at, 1]]));
          if (at > (kept.at(-1) ?? -1)) kept.push(at);
        }
        expect(timesOf(ring)).toEqual(kept.slice(-capacity));
        const middle = kept[kept.length >> 1] ?? 0;
        expect(timesOf(ring, middle)).toEqual(kept.slice(-capacity).filter((at) => at > middle));
      }),
    );
  });

  it('starts anew when the clock was set back', () => {
    const ring = new SampleRing(10);
    ring.append(rows([[1_000_000, 1]]));
    expect(ring.append(rows([[900_000, 1]]))).toBe(1);
    expect(timesOf(ring)).toEqual([900_000]);
  });
});

describe('stored history and the live end', () => {
  it('make the same line as all samples at once, wherever live begins', () => {
    const samples = fc.uniqueArray(fc.integer({ min: 0, max: 99_999 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 100_000 }), (times, liveFrom) => {
        const all = times.sort((a, b) => a - b).map((at) => [at, at % 977] as const);
        const stored = beginBuckets(0, 100_000, 20);
        const whole = beginBuckets(0, 100_000, 20);
        const ring = new SampleRing(500);
        const live = all.filter(([at]) => at >= liveFrom);
        // The stored part was read when live began, in the middle of a bucket.
        for (const [at, value] of all) {
          addValue(whole, at, value);
          if (at < (live[0]?.[0] ?? Number.POSITIVE_INFINITY)) addValue(stored, at, value);
        }
        ring.append(rows(live));
        const tail = new TailBuckets(5000);
        tail.take(ring);
        tail.take(ring);
        const answer = (cells: Float64Array) => ({ fromMs: 0, toMs: 100_000, bucketMs: 5000, columns: [cells] });
        const span = { fromMs: 0, toMs: 100_000 };
        const merged = mergedPoints(storedPoints(answer(finishBuckets(stored)), [0], 1), tail, drawn(0), span);
        const expected = storedPoints(answer(finishBuckets(whole)), [0], 1);
        expect(merged.map((one) => one.at)).toEqual(expected.map((one) => one.at));
        const split = Math.floor((live[0]?.[0] ?? -1) / 5000) * 5000 + 2500;
        for (const [i, one] of merged.entries()) {
          // Only the bucket in which live began may lack some of its samples, until the stored part is read again.
          if (one.at === split) continue;
          expect(one.mean[0] ?? 0).toBeCloseTo(expected[i]?.mean[0] ?? 0, 6);
          expect(one.band).toEqual(expected[i]?.band);
        }
      }),
    );
  });

  it('has the 10th and the 90th percentile of the load as its band', () => {
    const load = metricIndex('utilizationGpuPercent');
    const ring = new SampleRing(50);
    const cells = rows(Array.from({ length: 20 }, (_, i) => [i * 100, 0] as const));
    for (let i = 0; i < 20; i += 1) cells[i * GPU_ROW_WIDTH + 1 + load] = i === 19 ? 100 : i;
    ring.append(cells);
    const tail = new TailBuckets(10_000);
    tail.take(ring);
    const [point] = mergedPoints([], tail, { metrics: [load], scale: 1, band: 'percentiles' }, { fromMs: 0, toMs: 10_000 });
    expect(point?.band).toEqual([[1, 17]]);
  });

  it('keep an unknown metric unknown', () => {
    const ring = new SampleRing(10);
    ring.append(rows([[1000, 5]]));
    const tail = new TailBuckets(1000);
    tail.take(ring);
    const fan = GPU_METRICS.indexOf('fanPercent');
    expect(mergedPoints([], tail, drawn(fan), { fromMs: 0, toMs: 5000 })).toEqual([]);
    expect(mergedPoints([], tail, drawn(0, fan), { fromMs: 0, toMs: 5000 })[0]?.mean).toEqual([5, null]);
  });
});

describe('ranges', () => {
  it('need at most 361 buckets on a grid that does not move', () => {
    for (const range of RANGES) {
      const bucketMs = bucketMsFor(range.ms);
      const span = aligned({ fromMs: 1_790_000_001_234, toMs: 1_790_000_001_234 + range.ms }, bucketMs);
      expect(span.fromMs % bucketMs).toBe(0);
      expect((span.toMs - span.fromMs) / bucketMs).toBeLessThanOrEqual(361);
    }
  });
});
