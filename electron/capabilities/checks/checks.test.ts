import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckVerdict } from '../../../shared/capabilities/checks/contract.ts';
import { createSaveMonitor } from '../../foundation/files/save-monitor.ts';
import { silentLogger } from '../../foundation/log/log.ts';
import { panelErrorOf } from '../../testing/errors.ts';
import type { Check } from './check.ts';
import { forgetChecks, openCheckStore } from './check-store.ts';
import { createChecks, type OpenSources } from './checks.ts';
import { fakeSources } from './testing/fake-sources.ts';

const HOUR_MS = 3_600_000;

function setUp(o: { readonly open?: OpenSources; readonly dataFolder?: string } = {}) {
  const dataFolder = o.dataFolder ?? mkdtempSync(join(tmpdir(), 'ada-checks-'));
  const verdicts = new Map<string, CheckVerdict>();
  const check = (id: string, cost: Check['cost']): Check => ({
    id,
    title: id,
    group: 'host',
    layer: 'host',
    cost,
    about: '',
    run: () => ({ verdict: verdicts.get(id) ?? 'pass', summary: id, evidence: [], remedy: null }),
  });
  let isOnline = true;
  const closed: string[] = [];
  const checks = createChecks({
    checks: [check('a', 'reads'), check('b', 'reads'), check('image', 'image'), check('load', 'load')],
    store: openCheckStore({ dataFolder, hostId: 'h', saves: createSaveMonitor(), log: silentLogger }),
    openSources: o.open ?? (() => ({ sources: fakeSources({}), read: Promise.resolve(), close: () => void closed.push('closed') })),
    isOnline: () => isOnline,
    now: Date.now,
  });
  return {
    checks,
    verdicts,
    closed,
    dataFolder,
    goOffline: () => {
      isOnline = false;
    },
  };
}

describe('the checks of a host', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_795_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('run those that only read unless others are named, and close what they opened', async () => {
    const { checks, closed } = setUp();
    await checks.run([], 'operator');
    const { results, history, run } = checks.state();
    expect(results.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(history[0]).toMatchObject({ by: 'operator', isComplete: true, counts: { pass: 2, fail: 0 } });
    expect(run).toBeNull();
    expect(closed).toEqual(['closed']);
    checks.stop();
  });

  it('report the steps of a run together, and its end at once', async () => {
    const { checks } = setUp();
    const reported: (readonly string[] | null)[] = [];
    checks.onChange(({ run }) => reported.push(run?.done ?? null));
    await checks.run([], 'operator');
    expect(reported).toEqual([[], null]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reported).toHaveLength(2);
    checks.stop();
  });

  it('run once at a time, and know their names', async () => {
    const { checks } = setUp();
    const first = checks.run(['load'], 'operator');
    expect(checks.state().run).toMatchObject({ ids: ['load'], costs: ['load'] });
    expect(() => checks.run([], 'operator')).toThrow(/already running/);
    await first;
    expect(() => checks.run(['nope'], 'operator')).toThrow(/no check nope/);
    checks.stop();
  });

  it('remember since when a verdict is found, also across a start of the panel', async () => {
    const { checks, verdicts, dataFolder } = setUp();
    await checks.run(['a'], 'operator');
    verdicts.set('a', 'fail');
    vi.setSystemTime(Date.now() + HOUR_MS);
    const failedAt = Date.now();
    await checks.run(['a'], 'operator');
    checks.stop();
    const again = setUp({ dataFolder });
    again.verdicts.set('a', 'fail');
    vi.setSystemTime(Date.now() + HOUR_MS);
    await again.checks.run(['a'], 'operator');
    expect(again.checks.state().results[0]).toMatchObject({ verdict: 'fail', since: failedAt, takenAt: failedAt + HOUR_MS });
    expect(again.checks.state().history.map(({ failed }) => failed)).toEqual([['a'], ['a'], []]);
    again.checks.stop();
  });

  it('write nothing more once they are stopped, as what is remembered of a removed host is deleted then', async () => {
    let begun = (): void => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { checks, dataFolder } = setUp({
      open: (_chosen, signal) => {
        begun();
        const read = new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { sources: fakeSources({}), read, close: () => {} };
      },
    });
    const run = checks.run([], 'operator');
    await beginning;
    checks.stop();
    forgetChecks(dataFolder, 'h');
    await run;
    expect(existsSync(join(dataFolder, 'checks', 'h.json'))).toBe(false);
  });

  it('report why a run ended early', async () => {
    const { checks } = setUp({
      open: () => {
        throw panelErrorOf('ssh-not-connected', 'ssh');
      },
    });
    await checks.run([], 'operator');
    expect(checks.state().error?.code).toBe('ssh-not-connected');
    expect(checks.state().history[0]).toMatchObject({ isComplete: false });
    checks.stop();
  });

  it('run on a schedule while the host is connected, with images where that is wished, and never load the gateway', async () => {
    const { checks, goOffline } = setUp();
    checks.setSchedule({ everyHours: 2, withImages: true });
    await vi.advanceTimersByTimeAsync(1000);
    expect(checks.state().history.map(({ by, counts }) => [by, counts.pass])).toEqual([['schedule', 3]]);
    await vi.advanceTimersByTimeAsync(2 * HOUR_MS + 60_000);
    expect(checks.state().history).toHaveLength(2);
    goOffline();
    await vi.advanceTimersByTimeAsync(4 * HOUR_MS);
    expect(checks.state().history).toHaveLength(2);
    checks.setSchedule(null);
    expect(checks.state().nextAt).toBeNull();
    checks.stop();
  });
});
