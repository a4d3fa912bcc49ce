import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { flapsOf } from './flaps.ts';

const MINUTE = 60_000;
const at = (minute: number, state: string, name = 'gpu_heavy'): HistoryEvent => ({
  kind: 'backend',
  subject: `lab https://x ${name}`,
  at: minute * MINUTE,
  state,
  detail: null,
});
const flaps = (events: readonly HistoryEvent[], over: { readonly fromMs?: number } = {}) =>
  flapsOf({
    events,
    endpoint: 'lab https://x',
    health: [{ name: 'gpu_heavy' }],
    presentState: () => 'ready',
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
    expect(flaps([at(90, 'not ready')])).toMatchObject({ outages: 1, longestMs: 10 * MINUTE, isDown: true });
  });

  it('are none of a backend that never changed, and none of another gateway', () => {
    expect(flaps([])).toMatchObject({ outages: 0, longestMs: null, spans: [{ fromMs: 0, toMs: 100 * MINUTE, state: 'ready' }] });
    expect(flaps([{ ...at(10, 'not ready'), subject: 'lab https://y gpu_heavy' }])).toMatchObject({ outages: 0 });
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
