import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DownloadSpeed } from './download-speed.ts';

interface Job {
  readonly source: string;
  readonly state: string;
  readonly bytes: number;
  readonly totalBytes: number | null;
}
const job = (bytes: number, change: Partial<Job> = {}): Job => ({
  source: 'org/a',
  state: 'downloading',
  bytes,
  totalBytes: 10_000,
  ...change,
});
const meter = () => new DownloadSpeed<Job>(({ source }) => source);

describe('the speed of a download', () => {
  it('is not known at first, then told, with the time left by it', () => {
    const speed = meter();
    expect(speed.measure([job(0)], 0)).toMatchObject([{ bytesPerSecond: null, leftMs: null }]);
    expect(speed.measure([job(1_000)], 1_000)).toMatchObject([{ bytesPerSecond: 1_000, leftMs: 9_000 }]);
    expect(speed.measure([job(2_000, { totalBytes: null })], 2_000)).toMatchObject([{ bytesPerSecond: 1_000, leftMs: null }]);
  });

  it('follows a change within a few readings without jumping to it', () => {
    const speed = meter();
    speed.measure([job(0)], 0);
    speed.measure([job(1_000)], 1_000);
    const reported = [3_000, 5_000, 7_000, 9_000].map(
      (bytes, index) => speed.measure([job(bytes)], 2_000 + index * 1_000)[0]?.bytesPerSecond ?? 0,
    );
    expect(reported[0]).toBeCloseTo(1_350);
    expect(reported[3]).toBeGreaterThan(1_800);
    expect(Math.max(...reported)).toBeLessThan(2_000);
  });

  it('stays as it is between readings that are too close to tell, and leaves no time for what stands still', () => {
    const speed = meter();
    speed.measure([job(0)], 0);
    speed.measure([job(1_000)], 1_000);
    expect(speed.measure([job(9_000)], 1_100)).toMatchObject([{ bytesPerSecond: 1_000, leftMs: 1_000 }]);
    const still = meter();
    still.measure([job(500)], 0);
    expect(still.measure([job(500)], 5_000)).toMatchObject([{ bytesPerSecond: null, leftMs: null }]);
  });

  it('is 0, without a time left, once nothing has arrived for 15 s, and is measured anew after that', () => {
    const speed = meter();
    speed.measure([job(0)], 0);
    speed.measure([job(5_000)], 1_000);
    for (let atMs = 2_000; atMs < 16_000; atMs += 1_000) {
      expect(speed.measure([job(5_000)], atMs)[0]?.bytesPerSecond).toBeGreaterThan(0);
    }
    expect(speed.measure([job(5_000)], 16_000)).toMatchObject([{ bytesPerSecond: 0, leftMs: null }]);
    expect(speed.measure([job(5_000)], 40_000)).toMatchObject([{ bytesPerSecond: 0, leftMs: null }]);
    expect(speed.measure([job(7_000)], 42_000)).toMatchObject([{ bytesPerSecond: 1_000, leftMs: 3_000 }]);
    expect(speed.measure([job(8_000)], 43_000)).toMatchObject([{ bytesPerSecond: 1_000 }]);
  });

  it('begins anew after a pause, and when the bytes begin again from the start', () => {
    const speed = meter();
    speed.measure([job(0)], 0);
    speed.measure([job(1_000)], 1_000);
    expect(speed.measure([job(1_000, { state: 'paused' })], 2_000)).toMatchObject([{ bytesPerSecond: null }]);
    expect(speed.measure([job(1_000)], 60_000)).toMatchObject([{ bytesPerSecond: null }]);
    expect(speed.measure([job(2_000)], 61_000)).toMatchObject([{ bytesPerSecond: 1_000 }]);
    expect(speed.measure([job(10)], 62_000)).toMatchObject([{ bytesPerSecond: null }]);
    expect(speed.measure([job(510)], 63_000)).toMatchObject([{ bytesPerSecond: 500 }]);
  });

  it('is told for the job that runs also beside an ended one of the same source', () => {
    const speed = meter();
    const ended = job(700, { state: 'cancelled' });
    for (const order of [(jobs: Job[]) => jobs, (jobs: Job[]) => jobs.reverse()]) {
      speed.measure([], 0);
      speed.measure(order([ended, job(0)]), 0);
      const reported = speed.measure(order([ended, job(2_000)]), 1_000);
      expect(reported.find(({ state }) => state === 'downloading')?.bytesPerSecond).toBe(2_000);
    }
  });

  it('is never below nothing, nor infinite, whatever the bytes and the clock do', () => {
    const reading = fc.tuple(fc.nat(100_000), fc.integer({ min: -5_000, max: 100_000 }), fc.constantFrom('downloading', 'paused'));
    fc.assert(
      fc.property(fc.array(reading), (readings) => {
        const speed = meter();
        for (const [bytes, atMs, state] of readings) {
          const [reported] = speed.measure([job(bytes, { state })], atMs);
          for (const value of [reported?.bytesPerSecond, reported?.leftMs]) {
            if (value !== null) expect(Number.isFinite(value) && Number(value) >= 0).toBe(true);
          }
        }
      }),
    );
  });
});
