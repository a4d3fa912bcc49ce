import { describe, expect, it } from 'vitest';
import { describeEnd, describeStage, describeSweepState, describeTimeLeft } from './text.ts';

const running = {
  kind: 'running',
  stage: 'generating',
  message: 'Denoising',
  ahead: 0,
  share: null,
  step: null,
  timeLeft: null,
  preview: null,
} as const;

describe('how far a run is', () => {
  it('names the step, and the image where there are several', () => {
    expect(describeStage({ ...running, step: { at: 12, of: 30 }, share: 0.4 }, 1)).toBe('Generating, step 12 of 30');
    expect(describeStage({ ...running, step: { at: 15, of: 30 }, share: 0.375 }, 4)).toBe('Generating image 2 of 4, step 15 of 30');
    expect(describeStage({ ...running, stage: 'decoding', share: 1 }, 4)).toBe('Decoding image 4 of 4');
    expect(describeStage({ ...running, stage: 'transfer', share: 1 }, 4)).toBe('Transferring');
    expect(describeStage({ ...running, stage: 'queued', message: 'Waiting in the queue, 2 ahead' }, 1)).toBe(
      'Waiting in the queue, 2 ahead',
    );
  });

  it('says whether the time left is counted or guessed from earlier runs', () => {
    expect(describeTimeLeft(null, 0)).toBe('time left unknown');
    expect(describeTimeLeft({ leftMs: 12_400, from: 'steps', asOf: 0 }, 0)).toMatch(/^13\ss left$/);
    expect(describeTimeLeft({ leftMs: 12_400, from: 'past', asOf: 0 }, 3_000)).toMatch(/^about 10\ss left$/);
    expect(describeTimeLeft({ leftMs: 1_000, from: 'steps', asOf: 0 }, 9_000)).toMatch(/^0\ss left$/);
  });
});

describe('how a run ended', () => {
  const parameters = {
    prompt: '',
    negativePrompt: '',
    width: 8,
    height: 8,
    steps: 1,
    guidance: 1,
    seed: 1,
    model: null,
    scheduler: null,
    count: 2,
  };

  it('is told apart from one that was never sent', () => {
    const remote = { state: 'ended', message: '' } as const;
    expect(describeEnd({ parameters, phase: { kind: 'cancelled', elapsedMs: 0, saved: 0, remote } })).toBe('Cancelled before it was sent');
    expect(describeEnd({ parameters, phase: { kind: 'cancelled', elapsedMs: 4_000, saved: 0, remote } })).toMatch(/^Cancelled after 4\ss$/);
  });
});

describe('how far a sweep is', () => {
  it.each([
    [{ done: 6, failed: 0, cancelled: 0, open: 0, total: 6 }, 'good', '6 of 6 images'],
    [{ done: 1, failed: 1, cancelled: 0, open: 4, total: 6 }, 'busy', '1 of 6 images, 1 failed'],
    [{ done: 4, failed: 0, cancelled: 2, open: 0, total: 6 }, 'warning', '4 of 6 images, 2 cancelled'],
    [{ done: 0, failed: 0, cancelled: 6, open: 0, total: 6 }, 'warning', '0 of 6 images, 6 cancelled'],
    [{ done: 0, failed: 6, cancelled: 0, open: 0, total: 6 }, 'warning', '0 of 6 images, 6 failed'],
  ] as const)('%o is %s', (counts, tone, word) => {
    expect(describeSweepState(counts)).toEqual({ tone, word });
  });
});
