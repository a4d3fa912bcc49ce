import { describe, expect, it } from 'vitest';
import type { ImageRun, RouteId } from '../../../shared/capabilities/images/contract.ts';
import { type Lanes, nextRuns } from './next-runs.ts';

const parameters = {
  prompt: 'a pear',
  negativePrompt: '',
  width: 512,
  height: 512,
  steps: 20,
  guidance: 7,
  seed: 1,
  model: null,
  scheduler: null,
  count: 1,
};
const WAITING = { kind: 'waiting', cause: 'order', ahead: 0, message: '', retryAt: null } as const;
const RUNNING = {
  kind: 'running',
  stage: 'sent',
  message: '',
  ahead: null,
  share: null,
  step: null,
  timeLeft: null,
  preview: null,
} as const;
const run = (runId: string, route: RouteId, phase: ImageRun['phase'] = WAITING): ImageRun => ({
  runId,
  route,
  parameters,
  startedAt: 0,
  group: null,
  curl: null,
  phase,
});
const lanes = (change: Partial<Lanes> = {}): Lanes => ({
  slots: { limit: 2, available: 2, readAt: 10 },
  refused: null,
  slotsChangedAt: 0,
  nowMs: 100,
  ...change,
});

describe('the run that is sent next', () => {
  it('is the first of each route, one at a time at a backend, and the others know their place', () => {
    const runs = [run('a', 'backend', RUNNING), run('b', 'backend'), run('c', 'backend'), run('d', 'comfyui')];
    const { send, waiting } = nextRuns(runs, lanes());
    expect(send?.runId).toBe('d');
    expect([...waiting].map(([id, { ahead }]) => [id, ahead])).toEqual([
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('goes to the gateway while it has a free slot by a reading that knows of the last request', () => {
    const runs = [run('a', 'gateway', RUNNING), run('b', 'gateway'), run('c', 'gateway')];
    expect(nextRuns(runs, lanes({ slots: { limit: 2, available: 1, readAt: 10 } })).send?.runId).toBe('b');
    const unread = nextRuns(runs, lanes({ slots: { limit: 2, available: 1, readAt: 10 }, slotsChangedAt: 20 }));
    expect([unread.send, unread.waiting.get('b')?.message]).toEqual([null, 'Checking for a free slot']);
    const taken = nextRuns(runs, lanes({ slots: { limit: 2, available: 0, readAt: 10 } }));
    expect([taken.send, taken.waiting.get('b')]).toMatchObject([null, { cause: 'slots', ahead: 1 }]);
    const own = nextRuns([run('z', 'gateway', RUNNING), ...runs], lanes());
    expect(own.waiting.get('b')?.message).toBe('Waiting for one of 2 slots');
  });

  it('goes to a gateway that reports no slots one at a time', () => {
    expect(nextRuns([run('b', 'gateway')], lanes({ slots: null })).send?.runId).toBe('b');
    expect(nextRuns([run('a', 'gateway', RUNNING), run('b', 'gateway')], lanes({ slots: null })).send).toBeNull();
    expect(nextRuns([run('b', 'gateway')], lanes({ slots: { limit: null, available: null, readAt: 0 } })).send?.runId).toBe('b');
  });

  it('waits until the time that the gateway named, and no longer', () => {
    const refused = { retryAt: 200, message: 'All slots are in use.' };
    const { send, waiting } = nextRuns([run('b', 'gateway'), run('c', 'gateway')], lanes({ refused }));
    expect(send).toBeNull();
    expect(waiting.get('b')).toEqual({ kind: 'waiting', cause: 'refused', ahead: 0, message: 'All slots are in use.', retryAt: 200 });
    expect(nextRuns([run('b', 'gateway')], lanes({ refused, nowMs: 200 })).send?.runId).toBe('b');
    expect(nextRuns([run('s', 'shim')], lanes({ refused })).send?.runId).toBe('s');
  });
});
