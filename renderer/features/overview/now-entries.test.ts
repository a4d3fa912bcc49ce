import { describe, expect, it } from 'vitest';
import type { BackendQueue, InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { INITIAL_COMFYUI, INITIAL_MODELS } from '../../../shared/initial-states.ts';
import { type NowState, nowEntries, timeLeftMs } from './now-entries.ts';

const NOW = 1_800_000_000_000;
const idleQueue: BackendQueue = {
  pending: 0,
  inProgress: 0,
  completed: 4,
  failed: 0,
  canceled: 0,
  isStarted: true,
  isStalled: false,
  current: null,
  next: [],
};
const current = { itemId: 7, prompt: 'a lighthouse', from: null, startedAt: NOW - 6000 };
const silent = { code: 'invokeai-silent', layer: 'backend', message: '', hint: '', retryable: true } as const;
const failing = { kind: 'failing', error: silent, since: NOW } as const;
const live = { kind: 'live', version: '6.14' } as const;

function state(part: Partial<NowState>): NowState {
  return {
    models: { ...INITIAL_MODELS, phase: live, queue: idleQueue },
    comfyui: { ...INITIAL_COMFYUI, phase: { kind: 'absent' } },
    setup: null,
    checks: null,
    progress: null,
    nowMs: NOW,
    ...part,
  };
}

const withQueue = (queue: Partial<BackendQueue>, part: Partial<NowState> = {}): NowState =>
  state({ models: { ...INITIAL_MODELS, phase: live, queue: { ...idleQueue, ...queue } }, ...part });

const job: InstallJob = {
  jobId: 3,
  source: 'stabilityai/sdxl',
  state: 'downloading',
  bytes: 2 * 2 ** 30,
  totalBytes: 8 * 2 ** 30,
  bytesPerSecond: 2 ** 20,
  leftMs: 60_000,
  files: [],
  needsDecision: null,
  isCancelling: false,
  isRecognised: null,
  error: null,
};

describe('nowEntries', () => {
  it('has nothing to say about an idle host', () => {
    expect(nowEntries(state({}))).toEqual([]);
  });

  it('shows the job with its progress, the time left and what waits', () => {
    const progress = { itemId: 7, message: 'Denoising', share: 0.5, preview: 'data:image/png;base64,AA' };
    expect(nowEntries(withQueue({ current, inProgress: 1, pending: 2 }, { progress }))).toMatchObject([
      {
        title: 'InvokeAI: a lighthouse',
        detail: 'Denoising 50 % · 6 s left · 2 jobs waiting',
        share: 0.5,
        preview: progress.preview,
        place: { page: 'models' },
      },
    ]);
  });

  it('does not give a job the progress of the one before it', () => {
    const progress = { itemId: 6, message: 'Decoding', share: 0.99, preview: null };
    expect(nowEntries(withQueue({ current, inProgress: 1 }, { progress }))).toMatchObject([
      { detail: 'running', share: null, preview: null },
    ]);
  });

  it('warns of a queue that waits and does not run, and does not invent one that cannot be read', () => {
    expect(nowEntries(withQueue({ pending: 1, isStarted: false }))).toMatchObject([{ tone: 'warning', detail: '1 job waiting, paused' }]);
    expect(nowEntries(withQueue({ pending: 3, isStalled: true }))).toMatchObject([{ tone: 'warning', detail: '3 jobs waiting, stalled' }]);
    expect(nowEntries(state({ models: { ...INITIAL_MODELS, phase: failing, queue: idleQueue } }))).toMatchObject([
      { tone: 'stale', detail: 'unknown: InvokeAI is not responding' },
    ]);
  });

  it('calls a queue unknown that was not read or whose counts are missing', () => {
    const waiting = { ...INITIAL_MODELS, phase: { kind: 'waiting' } as const };
    expect(nowEntries(state({ models: waiting }))).toMatchObject([{ tone: 'unknown', detail: 'unknown: waiting for InvokeAI' }]);
    const notReported = [{ tone: 'unknown', title: 'InvokeAI queue', detail: 'unknown: not reported by InvokeAI' }];
    expect(nowEntries(state({ models: { ...INITIAL_MODELS, phase: live, queue: null } }))).toMatchObject(notReported);
    expect(nowEntries(withQueue({ pending: null }))).toMatchObject(notReported);
    expect(nowEntries(withQueue({ inProgress: null }))).toMatchObject(notReported);
    expect(nowEntries(withQueue({ pending: 2, inProgress: null }))).toMatchObject([{ detail: '2 jobs waiting, starting the next job' }]);
  });

  it('calls the queue of ComfyUI unknown, but not that of a ComfyUI that is not running', () => {
    const comfyui = { ...INITIAL_COMFYUI, phase: failing };
    expect(nowEntries(state({ comfyui }))).toMatchObject([{ tone: 'stale', detail: 'unknown: ComfyUI is not responding' }]);
    expect(nowEntries(state({ comfyui: INITIAL_COMFYUI }))).toMatchObject([{ tone: 'unknown', detail: 'unknown: waiting for ComfyUI' }]);
    const refused = { ...failing, error: { ...silent, code: 'tunnel-refused' } } as const;
    expect(nowEntries(state({ comfyui: { ...comfyui, phase: refused } }))).toEqual([]);
  });

  it('draws installs as old while InvokeAI does not respond', () => {
    expect(nowEntries(state({ models: { ...INITIAL_MODELS, phase: failing, queue: null, jobs: [job] } }))).toMatchObject([
      { id: 'queue' },
      { id: 'install 3', tone: 'stale', detail: 'downloading, last known', share: 0.25 },
    ]);
  });

  it('shows installs that are under way, not those that ended', () => {
    const models = { ...INITIAL_MODELS, phase: live, queue: idleQueue, jobs: [job, { ...job, jobId: 4, state: 'completed' as const }] };
    expect(nowEntries(state({ models }))).toMatchObject([
      { id: 'install 3', title: 'stabilityai/sdxl', share: 0.25, place: { page: 'models' } },
    ]);
  });

  it('counts the steps of a setup and the checks that are done', () => {
    const step = { id: 'a', title: 'Install nginx', state: 'done', startedAt: null, elapsedMs: null } as const;
    const setup = {
      state: 'running',
      title: 'nginx',
      steps: [step, { ...step, id: 'b', title: 'Start nginx', state: 'running' as const }],
    } as const;
    const checks = { startedAt: NOW, ids: ['a', 'b', 'c', 'd'], done: ['a'], running: ['b'], isCancelling: false, costs: [] };
    expect(nowEntries(state({ setup: { ...setup, steps: [...setup.steps] }, checks }))).toMatchObject([
      { detail: '1 of 2 steps · Start nginx', share: 0.5, place: { page: 'setup' } },
      { detail: '1 of 4 checks', share: 0.25, place: { page: 'checks' } },
    ]);
  });
});

describe('timeLeftMs', () => {
  it('goes by the speed so far, and says nothing in the first moments', () => {
    expect(timeLeftMs(NOW - 3000, 0.75, NOW)).toBeCloseTo(1000);
    for (const share of [null, 0, 0.01, Number.NaN, 1.2]) expect(timeLeftMs(NOW - 3000, share, NOW)).toBeNull();
    expect(timeLeftMs(null, 0.5, NOW)).toBeNull();
    expect(timeLeftMs(NOW + 5, 0.5, NOW)).toBeNull();
  });
});
