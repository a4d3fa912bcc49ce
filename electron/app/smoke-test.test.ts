import { describe, expect, it, vi } from 'vitest';
import { readLaunchOptions } from './launch-options.ts';
import { createPaintLog, runSmokeTest } from './smoke-test.ts';

describe('smoke test', () => {
  it('is done when a live sample was painted, with the first time of each', async () => {
    const lines: string[] = [];
    const paints = createPaintLog(1000, '45.0.0', (line) => lines.push(line));
    paints.painted('window', 1300);
    paints.painted('window', 1900);
    paints.painted('live-sample', 2500);
    expect(await runSmokeTest(paints, 10_000)).toEqual({
      ok: true,
      windowMs: 300,
      lastKnownMs: null,
      firstSampleMs: 1500,
      electron: '45.0.0',
    });
    expect(lines).toEqual(['painted window 1300', 'painted window 1900', 'painted live-sample 2500']);
  });

  it('fails with the reason when nothing comes', async () => {
    vi.useFakeTimers();
    const paints = createPaintLog(0, '45.0.0', () => {});
    const outcome = runSmokeTest(paints, 10_000);
    paints.painted('window', 5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toMatchObject({ ok: false, reason: 'no live GPU sample was painted within 10 s' });
    vi.useRealTimers();
  });
});

describe('launch options', () => {
  it('opens the lab for --lab and for the smoke test', () => {
    const environment = { HOME: '/home/op' };
    expect(readLaunchOptions(['electron', '.'], environment)).toMatchObject({ lab: false, smokeTest: false, dataFolder: null });
    expect(readLaunchOptions(['electron', '.', '--smoke-test'], environment)).toMatchObject({ lab: true, smokeTest: true });
    expect(readLaunchOptions(['electron', '.', '--data-folder=/d'], environment)).toMatchObject({
      dataFolder: '/d',
      knownHostsFile: '/home/op/.ssh/known_hosts',
    });
  });
});
