import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import type { ImageRun, RunPhase } from '../../../shared/capabilities/images/contract.ts';
import { createFirstEnds, recordRuns } from './run-events.ts';

const timing = { connectMs: 1, waitMs: null, generateMs: 12_000, answerMs: null, transferMs: 1, saveMs: 1, totalMs: 12_300 };
const done: RunPhase = { kind: 'done', images: [], timing, vram: null, requestId: null, headers: [], notes: [] };
const failed: RunPhase = {
  kind: 'failed',
  error: { code: 'images-failed', layer: 'backend', message: 'Out of VRAM.', hint: '', retryable: true },
  found: [],
  elapsedMs: 5,
};
const running: RunPhase = {
  ...{ kind: 'running', stage: 'sent', message: 'Sent', ahead: null },
  ...{ share: null, step: null, timeLeft: null, preview: null },
};
const run = (runId: string, phase: RunPhase): ImageRun => ({
  runId,
  route: 'gateway',
  parameters: {
    ...{ prompt: 'a secret prompt', negativePrompt: '', width: 512, height: 512, steps: 4, guidance: 3 },
    ...{ seed: 1, model: 'FLUX.1 dev', scheduler: null, count: 1 },
  },
  startedAt: 0,
  group: null,
  curl: null,
  phase,
});

describe('events of image runs', () => {
  it('are recorded once for each run that ended, with the time of its end and without its prompt', () => {
    const events: (HistoryEvent & { readonly hostId: string })[] = [];
    let clock = 1000;
    const record = recordRuns({
      hostId: 'ada2',
      history: { recordEvent: (hostId, event) => events.push({ hostId, ...event }) },
      now: () => clock,
    });
    record(run('run-1', running));
    expect(events).toEqual([]);
    record(run('run-1', done));
    clock = 2000;
    record(run('run-1', done));
    record(run('run-2', failed));
    record(run('run-3', { kind: 'cancelled', elapsedMs: 3000, saved: 0, remote: { state: 'ended', message: '' } }));
    expect(events.map(({ at, state, detail }) => [at, state, detail])).toEqual([
      [1000, 'made', '0 images · FLUX.1 dev · 12 s'],
      [2000, 'failed', 'Out of VRAM.'],
      [2000, 'cancelled', 'FLUX.1 dev · 3 s'],
    ]);
    expect(events.every(({ kind, subject, hostId }) => kind === 'image' && subject === 'gateway' && hostId === 'ada2')).toBe(true);
    expect(JSON.stringify(events)).not.toContain('secret');
  });
});

describe('the first end of a run', () => {
  it('is taken once, and once more after the run was sent again', () => {
    const isFirst = createFirstEnds();
    const waiting: RunPhase = { kind: 'waiting', cause: 'order', ahead: 0, message: '', retryAt: null };
    const phases = [done, done, waiting, running, failed, failed];
    expect(phases.map((phase) => isFirst(run('a', phase)))).toEqual([true, false, false, false, true, false]);
    expect(isFirst(run('b', done))).toBe(true);
  });

  it('stays known for more runs than are listed', () => {
    const isFirst = createFirstEnds();
    const runs = Array.from({ length: 400 }, (_, index) => run(`run-${index}`, done));
    expect(runs.filter(isFirst)).toHaveLength(400);
    expect(runs.filter(isFirst)).toEqual([]);
  });
});
