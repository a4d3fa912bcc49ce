import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ActionProgress, Verb } from '../../../shared/capabilities/services/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import type { ExecResult } from '../../foundation/ssh/transport.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import { createActions } from './actions.ts';

type Properties = Readonly<Record<string, string>>;

const UP: Properties = {
  LoadState: 'loaded',
  ActiveState: 'active',
  SubState: 'running',
  Result: 'success',
  Type: 'simple',
  NRestarts: '0',
  InvocationID: 'b'.repeat(32),
};
const DOWN: Properties = { ...UP, ActiveState: 'inactive', SubState: 'dead', InvocationID: 'a'.repeat(32) };
const BROKEN: Properties = {
  ...UP,
  ActiveState: 'failed',
  SubState: 'failed',
  Result: 'exit-code',
  ExecMainCode: '1',
  ExecMainStatus: '203',
  InvocationID: 'c'.repeat(32),
};
const STARTING: Properties = { ...UP, ActiveState: 'activating', SubState: 'start', Job: '7', Type: 'notify' };

/** A host with one unit whose state the test sets; `run` is what systemctl as root does. */
function setUp(
  run: (argv: readonly string[], become: (state: Properties) => void) => Promise<Partial<ExecResult>> | Partial<ExecResult>,
  first = DOWN,
) {
  let unit = first;
  const become = (state: Properties): void => {
    unit = state;
  };
  const host = createFakeTransport((argv, options) => {
    if (options.sudo !== undefined) return run(argv, become);
    if (argv[0] === 'journalctl') {
      const own = { __CURSOR: 'i=1', __REALTIME_TIMESTAMP: '1795383176205563', _SYSTEMD_INVOCATION_ID: 'c'.repeat(32) };
      return { stdout: `${JSON.stringify({ ...own, MESSAGE: 'python: not found' })}\n` };
    }
    return {
      stdout: `Id=a.service\n${Object.entries(unit)
        .map(([key, value]) => `${key}=${value}\n`)
        .join('')}`,
    };
  });
  const seen: ActionProgress[] = [];
  const actions = createActions({
    transport: host.transport,
    now: Date.now,
    emit: (progress) => seen.push(progress),
    onEnd: () => {},
    limitMs: 10_000,
  });
  return { host, seen, actions, become, act: (verb: Verb) => actions.act('a.service', verb) };
}

const error = (progress: ActionProgress | undefined): string | null => (progress?.kind === 'failed' ? progress.error.code : null);

describe('actions', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a start is done only after it stayed up for two seconds', async () => {
    const t = setUp((_argv, become) => {
      become(UP);
      return {};
    });
    t.act('start');
    await vi.advanceTimersByTimeAsync(1500);
    expect(t.seen.map((progress) => progress.kind)).not.toContain('done');
    await vi.advanceTimersByTimeAsync(1500);
    expect(t.seen.at(-1)).toMatchObject({ kind: 'done', activeState: 'active', subState: 'running' });
    expect(t.host.executed.filter((one) => one.options.sudo !== undefined).map((one) => one.argv)).toEqual([
      ['/usr/bin/systemctl', 'start', 'a.service'],
    ]);
  });

  it('a start that fails a moment after systemctl said 0 shows the reason and the last lines of that run', async () => {
    const t = setUp((_argv, become) => {
      become(UP);
      setTimeout(() => become(BROKEN), 900);
      return {};
    });
    t.act('start');
    await vi.advanceTimersByTimeAsync(5000);
    const last = t.seen.at(-1);
    expect(error(last)).toBe('service-start-failed');
    expect(last).toMatchObject({ lastLines: ['python: not found'], error: { message: expect.stringContaining('203') } });
    const requested = t.host.executed.find((one) => one.argv[0] === 'journalctl');
    expect(requested?.argv.slice(-5)).toEqual([
      ...[`_SYSTEMD_INVOCATION_ID=${'c'.repeat(32)}`, '+', `INVOCATION_ID=${'c'.repeat(32)}`, '+', '_SYSTEMD_UNIT=a.service'],
    ]);
  });

  it('a start that comes back by itself again and again is a failed one', async () => {
    const t = setUp((_argv, become) => {
      become(UP);
      setTimeout(() => become({ ...UP, NRestarts: '1' }), 500);
      return {};
    });
    t.act('start');
    await vi.advanceTimersByTimeAsync(8000);
    expect(error(t.seen.at(-1))).toBe('service-start-failed');
  });

  it('a start that never ends is said to be still starting, and can be stopped meanwhile', async () => {
    const t = setUp((argv, become) => {
      if (argv[1] === 'stop') {
        become(DOWN);
        return {};
      }
      become(STARTING);
      return new Promise(() => {});
    });
    t.act('start');
    await vi.advanceTimersByTimeAsync(12_000);
    expect(t.seen.some((progress) => progress.kind === 'running' && progress.subState === 'start')).toBe(true);
    expect(error(t.seen.at(-1))).toBe('service-start-timeout');
    t.act('start');
    await vi.advanceTimersByTimeAsync(1000);
    expect(() => t.act('restart')).toThrow(/a.service is busy/);
    t.act('stop');
    await vi.advanceTimersByTimeAsync(1000);
    expect(t.seen.some((progress) => error(progress) === 'service-action-superseded')).toBe(true);
    expect(t.seen.at(-1)).toMatchObject({ kind: 'done', verb: 'stop', activeState: 'inactive' });
  });

  it('does not count the time of the password, and passes a sudo error on', async () => {
    const t = setUp(
      () =>
        new Promise((_resolve, reject) => {
          setTimeout(
            () => reject(new PanelException({ code: 'sudo-cancelled', layer: 'sudo', message: 'm', hint: 'h', retryable: true })),
            60_000,
          );
        }),
    );
    t.host.allowRoot(() => false);
    t.act('start');
    await vi.advanceTimersByTimeAsync(50_000);
    expect(t.seen.map((progress) => progress.kind)).toEqual(['asking-sudo']);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(error(t.seen.at(-1))).toBe('sudo-cancelled');
  });

  it.each([
    ['unit-not-found', { LoadState: 'not-found', ActiveState: 'inactive' }],
    ['unit-masked', { LoadState: 'masked', ActiveState: 'inactive' }],
  ])('%s is said before anything is run', async (code, state) => {
    const t = setUp(() => ({}), state);
    t.act('start');
    await vi.advanceTimersByTimeAsync(100);
    expect(error(t.seen.at(-1))).toBe(code);
    expect(t.host.executed.some((one) => one.options.sudo !== undefined)).toBe(false);
  });

  it('believes the host about enable, not the exit code', async () => {
    const t = setUp(() => ({}), { ...UP, UnitFileState: 'static' });
    t.act('enable');
    await vi.advanceTimersByTimeAsync(100);
    const last = t.seen.at(-1);
    expect(error(last)).toBe('service-action-failed');
    expect(last).toMatchObject({ error: { hint: expect.stringContaining('[Install]') } });
  });
});
