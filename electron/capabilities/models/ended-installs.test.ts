import { describe, expect, it } from 'vitest';
import type { InstallJob } from '../../../shared/capabilities/models/contract.ts';
import { describeEndedInstalls } from './ended-installs.ts';

const job = (change: Partial<InstallJob>): InstallJob => ({
  jobId: 1,
  source: 'org/name',
  state: 'downloading',
  bytes: 0,
  totalBytes: null,
  bytesPerSecond: null,
  leftMs: null,
  files: [],
  needsDecision: null,
  isCancelling: false,
  isRecognised: null,
  error: null,
  ...change,
});
const ended = (before: InstallJob[], after: InstallJob[]) => describeEndedInstalls({ jobs: before }, { jobs: after });

describe('an install that ends', () => {
  it.each([
    [{ state: 'completed', isRecognised: true }, [{ tone: 'good', message: 'Installed org/name' }]],
    [
      { state: 'completed', isRecognised: false },
      [{ tone: 'warning', message: 'Installed org/name, which InvokeAI does not recognise as a model' }],
    ],
    [{ state: 'error' }, [{ tone: 'bad', message: 'Install of org/name failed' }]],
    // The operator cancelled it, and knows.
    [{ state: 'cancelled' }, []],
    [{ state: 'paused' }, []],
  ] as const)('%j', (change, expected) => {
    expect(ended([job({})], [job(change)])).toEqual(expected);
  });

  it('is reported once, and never one that had ended before the panel looked', () => {
    expect(ended([], [job({ state: 'completed' })])).toEqual([]);
    expect(ended([job({ state: 'completed' })], [job({ state: 'completed' })])).toEqual([]);
    // InvokeAI counts jobs anew after a restart.
    expect(ended([job({ source: 'other/one' })], [job({ state: 'completed' })])).toEqual([]);
  });
});
