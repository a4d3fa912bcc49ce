import { describe, expect, it } from 'vitest';
import type { ActionProgress } from '../../../shared/capabilities/services/contract.ts';
import { watchedAfter } from './watched-run.ts';

const base = { unit: 'invokeai.service', startedAt: 1000, activeState: 'activating', subState: 'start' } as const;
const running: ActionProgress = { ...base, kind: 'running', actionId: 'a', verb: 'start' };
const done: ActionProgress = { ...base, kind: 'done', actionId: 'a', verb: 'start', elapsedMs: 500 };
const stop: ActionProgress = { ...base, kind: 'running', actionId: 'b', verb: 'stop', startedAt: 2000 };
const byUnit = (action: ActionProgress) => ({ [action.unit]: action });

describe('watchedAfter', () => {
  it('follows a start to its end and keeps the end when the action is dismissed', () => {
    expect(watchedAfter(null, byUnit(running))).toBe(running);
    expect(watchedAfter(running, byUnit(done))).toBe(done);
    expect(watchedAfter(done, {})).toBe(done);
  });

  it('lets go of a start that another action replaced, or that was dismissed under way', () => {
    expect(watchedAfter(running, byUnit(stop))).toBeNull();
    expect(watchedAfter(running, {})).toBeNull();
    expect(watchedAfter({ ...running, kind: 'asking-sudo' }, byUnit(stop))).toBeNull();
  });

  it('goes on to a start that began later, and does not begin with one that had ended', () => {
    const shim: ActionProgress = { ...running, unit: 'shim.service', actionId: 'c', verb: 'restart', startedAt: 3000 };
    expect(watchedAfter(running, { ...byUnit(running), ...byUnit(shim) })).toBe(shim);
    expect(watchedAfter(null, byUnit(done))).toBeNull();
  });
});
