import { describe, expect, it } from 'vitest';
import type { CheckRunSummary, ChecksState } from '../../shared/capabilities/checks/contract.ts';
import type { CheckpointDownload } from '../../shared/capabilities/comfyui/contract.ts';
import type { SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { INITIAL_CHECKS } from '../../shared/initial-states.ts';
import { endedChecks, endedDownloads, endedOverload, endedSetup } from './ended-notices.ts';

const NOW = 1_800_000_000_000;

describe('endedDownloads', () => {
  const of = (state: CheckpointDownload['state'], problem: string | null = null): { downloads: CheckpointDownload[] } => ({
    downloads: [
      {
        name: 'a.safetensors',
        url: '',
        state,
        bytes: 1,
        totalBytes: 1,
        bytesPerSecond: null,
        leftMs: null,
        sha256: null,
        foundSha256: null,
        problem,
      },
    ],
  });

  it('reports an end once, and none that was over before', () => {
    expect(endedDownloads(of('checking'), of('done'))).toEqual([{ tone: 'good', message: 'Installed a.safetensors for ComfyUI' }]);
    expect(endedDownloads(of('done'), of('done'))).toEqual([]);
    expect(endedDownloads({ downloads: [] }, of('done'))).toEqual([]);
    expect(endedDownloads(of('downloading'), of('stopped'))).toEqual([]);
  });

  it('says why one failed', () => {
    expect(endedDownloads(of('downloading'), of('failed', 'No space left.'))).toMatchObject([
      { tone: 'bad', message: 'Download of a.safetensors failed: No space left.' },
    ]);
  });
});

describe('endedSetup', () => {
  const run = (state: SetupRun['state'], id = 'r1'): { run: SetupRun } => ({
    run: { id, title: 'nginx', recipes: [], state, steps: [], startedAt: NOW, endedAt: NOW + 60_000, error: null, output: [] },
  });

  it('reports how a run ended, once', () => {
    expect(endedSetup(run('running'), run('done'))).toEqual({ tone: 'good', message: 'Setup completed after 1 min: nginx' });
    expect(endedSetup(run('cancelling'), run('cancelled'))).toMatchObject({ tone: 'info' });
    expect(endedSetup(run('running'), run('failed'))).toMatchObject({ tone: 'bad' });
    expect(endedSetup(run('done'), run('done'))).toBeNull();
    expect(endedSetup(run('running'), run('running'))).toBeNull();
    expect(endedSetup(run('running'), run('done', 'r2'))).toBeNull();
    expect(endedSetup({ run: null }, run('done'))).toBeNull();
  });
});

describe('endedChecks', () => {
  const summary: CheckRunSummary = {
    startedAt: NOW,
    elapsedMs: 3000,
    by: 'operator',
    counts: { pass: 80, warn: 1, fail: 2, unknown: 0, skipped: 0 },
    failed: [],
    warned: [],
    isComplete: true,
  };
  const run = { startedAt: NOW, ids: [], done: [], running: [], isCancelling: false, costs: [] };
  const before: ChecksState = { ...INITIAL_CHECKS, run };
  const ended = (part: Partial<CheckRunSummary> = {}): ChecksState => ({ ...INITIAL_CHECKS, history: [{ ...summary, ...part }] });

  it('counts the verdicts of a run that the operator started', () => {
    expect(endedChecks(before, ended())).toEqual({ tone: 'bad', message: 'Checks completed: 80 passed, 1 with a warning, 2 failed' });
    expect(endedChecks(before, ended({ isComplete: false }))).toMatchObject({ message: expect.stringMatching(/^Checks cancelled: /) });
  });

  it('says nothing twice, nor of a schedule without new failures', () => {
    expect(endedChecks(ended(), ended())).toBeNull();
    expect(endedChecks(before, ended({ by: 'schedule' }))).toBeNull();
    // The history is read at the start of the panel.
    expect(endedChecks(INITIAL_CHECKS, ended())).toBeNull();
  });
});

describe('ends of runs', () => {
  it('has no end before the verdict', () => {
    expect(endedOverload({ verdict: null })).toBeNull();
    expect(endedOverload({ verdict: { tone: 'unknown', message: 'Cancelled.' } })).toEqual({
      tone: 'info',
      message: 'Overload test ended: Cancelled.',
    });
  });
});
