import { describe, expect, it } from 'vitest';
import type { ChecksState } from '../../shared/capabilities/checks/contract.ts';
import type { GpuStatus, KernelLog } from '../../shared/capabilities/gpu/contract.ts';
import type { ConnectionSnapshot, ConnectionState } from '../../shared/capabilities/hosts/contract.ts';
import type { ImageRun } from '../../shared/capabilities/images/contract.ts';
import type { Link, Problem } from '../../shared/diagnosis/types.ts';
import { createEmitter } from '../../shared/emitter.ts';
import { INITIAL_CHECKS, INITIAL_COMFYUI, INITIAL_GPU_STATUS, INITIAL_MODELS, INITIAL_SETUP_STATE } from '../../shared/initial-states.ts';
import type { EndedProblem } from '../capabilities/diagnosis/problem-watch.ts';
import { parseXid } from '../capabilities/gpu/xid.ts';
import { createNotices } from '../capabilities/notices/notices.ts';
import { narrateRooms } from './session-notices.ts';

/** Kernel messages of a lost program on one card, as [number, seconds]. */
const xids = (...events: readonly (readonly [xid: number, atS: number])[]): GpuStatus['xids'] =>
  events.flatMap(([xid, atS]) => parseXid(`NVRM: Xid (PCI:0000:41:00): ${xid}, pid=1`, atS * 1000) ?? []);

/** Rooms in which nothing ends. */
const QUIET = {
  comfyui: { state: () => INITIAL_COMFYUI, onChange: () => () => {} },
  setup: { state: () => INITIAL_SETUP_STATE, onChange: () => () => {} },
  images: { runs: () => [], onChange: () => () => {} },
  overload: { onChange: () => () => {} },
};

const lost = (code: string): ConnectionState => ({
  kind: 'reconnecting',
  attempt: 1,
  nextTryAt: 0,
  cause: { code, layer: 'network', message: `${code}.`, hint: 'Wait.', retryable: true },
});

function report(known: GpuStatus['xids']) {
  let status: GpuStatus = { ...INITIAL_GPU_STATUS, hostId: 'ada2', xids: known };
  let listener = (_status: GpuStatus): void => {};
  const connections = createEmitter<ConnectionSnapshot>();
  const notices = createNotices(() => 0);
  narrateRooms(
    {
      connection: { snapshot: { hostId: 'ada2', state: { kind: 'offline' }, changedAt: 0 }, onChange: connections.on },
      gpu: {
        status: () => status,
        onChange: (given) => {
          listener = given;
          return () => {};
        },
      },
      services: { onChange: () => () => {}, onAction: () => () => {} },
      problems: { onBegin: () => () => {}, onEnd: () => () => {} },
      checks: { state: () => INITIAL_CHECKS, onChange: () => () => {} },
      models: { state: () => INITIAL_MODELS, onChange: () => () => {} },
      ...QUIET,
    },
    { id: 'ada2', label: 'ada2' },
    notices,
  );
  return {
    message: () => notices.list().map(({ message }) => message),
    connect: (...states: readonly ConnectionState[]) => {
      for (const state of states) connections.emit({ hostId: 'ada2', state, changedAt: 0 });
    },
    change: (kernelLog: KernelLog, next: GpuStatus['xids']) => {
      status = { ...status, kernelLog, xids: next };
      listener(status);
    },
  };
}

describe('notices of GPU errors', () => {
  it('does not report as new what the kernel log held before', () => {
    const host = report(xids([13, 50]));
    host.change('unknown', xids([13, 50], [31, 100]));
    host.change('unknown', xids([13, 50], [31, 100], [43, 200]));
    host.change('read', xids([13, 50], [31, 100], [43, 200]));
    expect(host.message()).toEqual([]);
    host.change('read', xids([13, 50], [31, 100], [43, 200], [48, 300]));
    expect(host.message()).toEqual(['Xid 48: Double-bit ECC error']);
  });

  it('does not report what is remembered where the log cannot be read', () => {
    const host = report(xids([13, 50]));
    host.change('no-permission', xids([13, 50]));
    expect(host.message()).toEqual([]);
  });

  it('reports what happens after the clock of the host was set back', () => {
    const host = report([]);
    host.change('read', xids([31, 7200]));
    host.change('read', xids([48, 3600], [31, 7200]));
    expect(host.message()).toEqual(['Xid 31: GPU memory page fault', 'Xid 48: Double-bit ECC error']);
  });
});

describe('notices of a connection', () => {
  const connecting: ConnectionState = { kind: 'connecting', attempt: 2 };
  const online: ConnectionState = { kind: 'online', since: 0, roundTripMs: 1 };

  it('report a host that was never reached once for each reason', () => {
    const host = report([]);
    host.connect(connecting, lost('ssh-refused'), connecting, lost('ssh-refused'), connecting, lost('ssh-timeout'));
    expect(host.message()).toEqual(['Could not connect to ada2: ssh-refused.', 'Could not connect to ada2: ssh-timeout.']);
  });

  it('report a loss, and that it is over', () => {
    const host = report([]);
    host.connect(online, lost('ssh-lost'), connecting, lost('ssh-lost'), connecting, online, { kind: 'offline' });
    expect(host.message()).toEqual([
      'Connected to ada2',
      'Connection to ada2 lost: ssh-lost.',
      'Connected to ada2 again',
      'Disconnected from ada2',
    ]);
  });
});

describe('notices of problems', () => {
  it('name the host; those of the connection are narrated by its states alone', () => {
    const begins = createEmitter<Problem>();
    const ends = createEmitter<EndedProblem>();
    const notices = createNotices(() => 0);
    narrateRooms(
      {
        connection: { snapshot: { hostId: 'ada2', state: { kind: 'offline' }, changedAt: 0 }, onChange: () => () => {} },
        gpu: { status: () => INITIAL_GPU_STATUS, onChange: () => () => {} },
        services: { onChange: () => () => {}, onAction: () => () => {} },
        problems: { onBegin: begins.on, onEnd: ends.on },
        checks: { state: () => INITIAL_CHECKS, onChange: () => () => {} },
        models: { state: () => INITIAL_MODELS, onChange: () => () => {} },
        ...QUIET,
      },
      { id: 'ada2', label: 'ada2' },
      notices,
    );
    const error = {
      code: 'not-responding',
      layer: 'backend',
      message: 'InvokeAI is not responding.',
      hint: 'See the logs.',
      retryable: true,
    } as const;
    const problem: Problem = {
      ...{ id: 'generator', occurrence: '', link: 'generator', severity: 'critical', isPast: false, since: null, error },
      ...{ consequences: [], evidence: [], actions: [], canDismiss: true },
    };
    begins.emit({ ...problem, link: 'host' });
    begins.emit(problem);
    ends.emit({ problem, link: null });
    const link: Link = {
      ...{ id: 'generator', label: 'InvokeAI', severity: 'warning', state: 'Queue stuck', fact: '', since: null, evidence: [], unit: null },
      ...{ actions: [], error: null, occurrence: '', causedBy: null },
    };
    ends.emit({ problem, link });
    ends.emit({ problem, link: { ...link, state: 'Running', severity: 'ok' } });
    expect(notices.list()).toMatchObject([
      { tone: 'bad', message: 'InvokeAI is not responding.', hostLabel: 'ada2', error },
      { tone: 'good', message: 'Resolved: InvokeAI is not responding.', hostLabel: 'ada2' },
      { tone: 'good', message: 'Resolved: InvokeAI is not responding.' },
      { tone: 'good', message: 'InvokeAI: running again' },
    ]);
  });
});

describe('notices of scheduled checks', () => {
  it('lead to the page of the host that has the new failure', () => {
    const changes = createEmitter<ChecksState>();
    const notices = createNotices(() => 0);
    narrateRooms(
      {
        connection: { snapshot: { hostId: 'ada2', state: { kind: 'offline' }, changedAt: 0 }, onChange: () => () => {} },
        gpu: { status: () => INITIAL_GPU_STATUS, onChange: () => () => {} },
        services: { onChange: () => () => {}, onAction: () => () => {} },
        problems: { onBegin: () => () => {}, onEnd: () => () => {} },
        checks: { state: () => INITIAL_CHECKS, onChange: changes.on },
        models: { state: () => INITIAL_MODELS, onChange: () => () => {} },
        ...QUIET,
      },
      { id: 'ada2', label: 'GPU host' },
      notices,
    );
    const failed: ChecksState['results'][number] = {
      ...{ id: 'disk', verdict: 'fail', summary: 'Full.', evidence: [], remedy: null },
      ...{ takenAt: 12, elapsedMs: 1, since: 12 },
    };
    const run: ChecksState['history'][number] = {
      ...{ startedAt: 10, elapsedMs: 2, by: 'schedule', failed: ['disk'], warned: [], isComplete: true },
      counts: { pass: 0, warn: 0, fail: 1, unknown: 0, skipped: 0 },
    };
    const ended = { ...INITIAL_CHECKS, results: [failed], history: [run] };
    changes.emit(ended);
    changes.emit(ended);
    expect(notices.list()).toMatchObject([
      { tone: 'bad', message: 'Scheduled checks: disk fails. Full.', hostLabel: 'GPU host', opens: { hostId: 'ada2', page: 'checks' } },
    ]);
  });
});

describe('notices of image runs', () => {
  const failed = (runId: string): ImageRun => ({
    ...{ runId, route: 'gateway', startedAt: 0, group: null, curl: null },
    parameters: {
      ...{ prompt: 'a rock', negativePrompt: '', width: 512, height: 512, steps: 4, guidance: 3 },
      ...{ seed: 1, model: null, scheduler: null, count: 1 },
    },
    phase: {
      kind: 'failed',
      error: { code: 'images-failed', layer: 'backend', message: 'Out of VRAM.', hint: '', retryable: true },
      ...{ found: [], elapsedMs: 5 },
    },
  });

  it('report the end of a run that was sent again, and no old end', () => {
    const runs = createEmitter<ImageRun>();
    const old = Array.from({ length: 300 }, (_, index) => failed(`old-${index}`));
    const notices = createNotices(() => 0);
    narrateRooms(
      {
        connection: { snapshot: { hostId: 'ada2', state: { kind: 'offline' }, changedAt: 0 }, onChange: () => () => {} },
        gpu: { status: () => ({ ...INITIAL_GPU_STATUS, hostId: 'ada2' }), onChange: () => () => {} },
        services: { onChange: () => () => {}, onAction: () => () => {} },
        problems: { onBegin: () => () => {}, onEnd: () => () => {} },
        checks: { state: () => INITIAL_CHECKS, onChange: () => () => {} },
        models: { state: () => INITIAL_MODELS, onChange: () => () => {} },
        ...QUIET,
        images: { runs: () => old, onChange: runs.on },
      },
      { id: 'ada2', label: 'ada2' },
      notices,
    );
    for (const run of old) runs.emit(run);
    expect(notices.list()).toEqual([]);
    runs.emit(failed('new'));
    runs.emit(failed('new'));
    expect(notices.list()).toMatchObject([{ tone: 'bad', message: 'Image failed: Out of VRAM.' }]);
    const again = failed('old-7');
    runs.emit({ ...again, phase: { kind: 'waiting', cause: 'order', ahead: 0, message: '', retryAt: null } });
    runs.emit(again);
    expect(notices.list()).toHaveLength(2);
  });
});
