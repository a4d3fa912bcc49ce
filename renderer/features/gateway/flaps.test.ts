import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { flapsOf, kindOfState } from './flaps.ts';

const MINUTE = 60_000;
const at = (minute: number, state: string, name = 'gpu_heavy'): HistoryEvent => ({
  kind: 'backend',
  subject: `lab https://x ${name}`,
  at: minute * MINUTE,
  state,
  detail: null,
});
const isNotReady = [{ name: 'gpu_heavy', isHealthy: true, isReady: false, since: null }];
const minutes = (fromMinute: number, toMinute: number) => ({ fromMs: fromMinute * MINUTE, toMs: toMinute * MINUTE });
const flaps = (events: readonly HistoryEvent[], over: Partial<Parameters<typeof flapsOf>[0]> = {}) =>
  flapsOf({
    events,
    endpoint: 'lab https://x',
    health: [{ name: 'gpu_heavy', isHealthy: true, isReady: true, since: null }],
    unrecorded: [],
    fromMs: 0,
    toMs: 100 * MINUTE,
    nowMs: 100 * MINUTE,
    ...over,
  })[0];

describe('the flaps of a backend', () => {
  it('are counted with the longest outage; one failure that turns into another is one outage', () => {
    const found = flaps([at(10, 'not ready'), at(12, 'unreachable'), at(20, 'ready'), at(50, 'not ready'), at(53, 'ready')]);
    expect(found).toMatchObject({ outages: 2, longestMs: 10 * MINUTE, downMs: 13 * MINUTE, isDown: false, lastAt: 50 * MINUTE });
    expect(found?.spans.map(({ state }) => state)).toEqual([null, 'not ready', 'unreachable', 'ready', 'not ready', 'ready']);
  });

  it('include an outage that began before the range or still lasts', () => {
    expect(flaps([at(10, 'not ready'), at(60, 'ready')], { fromMs: 50 * MINUTE })).toMatchObject({ outages: 1, longestMs: 10 * MINUTE });
    expect(flaps([at(90, 'not ready')], { health: isNotReady })).toMatchObject({ outages: 1, longestMs: 10 * MINUTE, isDown: true });
  });

  it('are none of a backend that never changed, and none of another gateway', () => {
    expect(flaps([])).toMatchObject({ outages: 0, longestMs: null, spans: [{ fromMs: 0, toMs: 100 * MINUTE, state: 'ready' }] });
    expect(flaps([{ ...at(10, 'not ready'), subject: 'lab https://y gpu_heavy' }])).toMatchObject({ outages: 0 });
  });

  it('do not last on where the panel was closed while the backend recovered', () => {
    const found = flaps([at(10, 'ready'), at(20, 'not ready')], { unrecorded: [minutes(0, 8), minutes(30, 60), minutes(70, 80)] });
    expect(found).toMatchObject({ outages: 1, longestMs: 10 * MINUTE, downMs: 10 * MINUTE, isDown: false });
    expect(found?.spans).toEqual([
      { ...minutes(0, 10), state: null },
      { ...minutes(10, 20), state: 'ready' },
      { ...minutes(20, 30), state: 'not ready' },
      { ...minutes(30, 80), state: null },
      { ...minutes(80, 100), state: 'ready' },
    ]);
    // Without a known gap only its begin is known.
    expect(flaps([at(20, 'not ready')])).toMatchObject({ outages: 1, downMs: 0, isDown: false });
  });

  it('are unknown in a time without recordings, and after it where a change was missed', () => {
    const unrecorded = [minutes(30, 40)];
    expect(flaps([], { unrecorded })?.spans.map(({ state }) => state)).toEqual(['ready', null, 'ready']);
    expect(flaps([at(20, 'not ready'), at(60, 'ready')], { unrecorded })).toMatchObject({ outages: 1, downMs: 30 * MINUTE });
    const missed = flaps([at(20, 'not ready'), at(60, 'not ready'), at(70, 'ready')], { unrecorded });
    expect(missed).toMatchObject({ outages: 2, downMs: 20 * MINUTE });
  });

  it('begin with the reading, before their event is read', () => {
    const health = [{ name: 'gpu_heavy', isHealthy: true, isReady: false, since: 90 * MINUTE }];
    expect(flaps([at(10, 'not ready'), at(20, 'ready')], { health })).toMatchObject({ outages: 2, isDown: true, lastAt: 90 * MINUTE });
  });

  it('are none while a state is not reported', () => {
    expect(['ready', 'healthy', 'not ready', 'not reported', null].map(kindOfState)).toEqual(['up', 'up', 'down', 'unknown', 'unknown']);
  });

  it('have spans that fill the range without overlapping', () => {
    const events = fc.array(fc.tuple(fc.integer({ min: -20, max: 120 }), fc.constantFrom('ready', 'not ready', 'unreachable')), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(events, (all) => {
        const found = flaps(all.sort(([a], [b]) => a - b).map(([minute, state]) => at(minute, state)));
        expect(found?.spans[0]?.fromMs).toBe(0);
        expect(found?.spans.at(-1)?.toMs).toBe(100 * MINUTE);
        for (const [i, span] of found?.spans.entries() ?? []) expect(found?.spans[i + 1]?.fromMs ?? span.toMs).toBe(span.toMs);
        expect(found?.downMs ?? 0).toBeLessThanOrEqual(100 * MINUTE);
      }),
    );
  });
});
