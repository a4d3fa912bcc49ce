import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { panelErrorOf } from '../../testing/errors.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { type Failure, type PolledState, polledState } from './polled-state.ts';

let polled: PolledState<number> | null = null;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  polled?.stop();
  vi.useRealTimers();
});

/** A state that counts its readings; `answer` is what the next reading does. */
function setUp(o: { isOnline?: boolean; isShown?: boolean; answer?: () => Promise<number | null> } = {}) {
  const host = createFakeTransport(() => ({}));
  if (o.isOnline === false) host.goOffline();
  const t = { host, readings: 0, pushed: [] as number[], failures: [] as Failure[], away: 0, isShown: o.isShown ?? true, answer: o.answer };
  const started = polledState({
    state: () => t.readings,
    transport: host.transport,
    isWindowShown: () => t.isShown,
    hiddenEveryMs: 20_000,
    now: () => Date.now(),
    read: async () => {
      t.readings += 1;
      return t.answer?.() ?? 5_000;
    },
    onFailure: (failure) => {
      t.failures.push(failure);
      return 1_000;
    },
    onOffline: () => {
      t.away += 1;
    },
  });
  started.onChange((state) => t.pushed.push(state));
  polled = started;
  return Object.assign(t, { polled: started });
}

it('pushes each reading, as often as the reading says while the window is shown', async () => {
  const t = setUp();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(t.pushed).toEqual([1, 2, 3]);
});

it('reads more rarely while the window is hidden, and at once when asked to', async () => {
  const t = setUp({ isShown: false });
  await vi.advanceTimersByTimeAsync(19_999);
  expect(t.readings).toBe(1);
  await t.polled.refresh();
  expect(t.readings).toBe(2);
});

it('reads nothing while there is no connection, and once as soon as there is one', async () => {
  const t = setUp({ isOnline: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([t.readings, t.away]).toEqual([0, 0]);
  t.host.goOnline();
  await vi.advanceTimersByTimeAsync(0);
  expect(t.readings).toBe(1);
  t.host.goOffline();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([t.readings, t.away, t.pushed.length]).toEqual([1, 1, 2]);
});

it('knows since when it fails with one error, until it succeeds', async () => {
  let code = 'ssh-connection-lost';
  const t = setUp({ answer: () => Promise.reject(panelErrorOf(code)) });
  await vi.advanceTimersByTimeAsync(1_000);
  code = 'tunnel-refused';
  await vi.advanceTimersByTimeAsync(1_000);
  t.answer = () => Promise.resolve(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  t.answer = () => Promise.reject(panelErrorOf(code));
  await vi.advanceTimersByTimeAsync(1_000);
  const begun = t.failures[0]?.since ?? 0;
  expect(t.failures.map(({ error, since, isNew }) => [error.code, since - begun, isNew])).toEqual([
    ['ssh-connection-lost', 0, true],
    ['ssh-connection-lost', 0, false],
    ['tunnel-refused', 2_000, true],
    ['tunnel-refused', 4_000, true],
  ]);
});

it('abandons a reading that hangs when it is begun anew', async () => {
  let end = (_waitMs: number): void => {};
  const t = setUp({
    answer: () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  });
  await vi.advanceTimersByTimeAsync(0);
  const endFirst = end;
  t.polled.restart();
  await vi.advanceTimersByTimeAsync(0);
  expect(t.readings).toBe(2);
  endFirst(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([t.readings, t.pushed]).toEqual([2, []]);
});
