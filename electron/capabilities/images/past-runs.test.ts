import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../shared/capabilities/images/contract.ts';
import { createPastRunTimes } from './past-runs.ts';

const run = (change: Partial<ImageParameters> = {}): ImageParameters => ({
  prompt: 'a pear',
  negativePrompt: '',
  width: 512,
  height: 512,
  steps: 20,
  guidance: 7,
  seed: 1,
  model: 'Dreamshaper 8',
  scheduler: null,
  count: 1,
  ...change,
});

describe('earlier runs', () => {
  it('say how long the same kind takes, by the middle of the last five, for each image', () => {
    let saved: unknown;
    const past = createPastRunTimes({ recall: () => undefined, remember: (next) => (saved = next) });
    expect(past.estimateMs(run())).toBeNull();
    for (const ms of [90_000, 2_000, 2_100, 1_900, 2_000, 2_200]) past.note(run(), ms);
    expect(past.estimateMs(run())).toBe(2_000);
    expect(past.estimateMs(run({ count: 3, prompt: 'another' }))).toBe(6_000);
    const again = createPastRunTimes({ recall: () => saved, remember: () => {} });
    expect(again.estimateMs(run())).toBe(2_000);
  });

  it('are scaled by the steps, and by nothing else', () => {
    const past = createPastRunTimes({ recall: () => ({ what: 'is this' }), remember: () => {} });
    past.note(run({ count: 2 }), 4_000);
    expect(past.estimateMs(run({ steps: 40 }))).toBe(4_000);
    expect(past.estimateMs(run({ width: 768 }))).toBeNull();
    expect(past.estimateMs(run({ model: null }))).toBeNull();
  });

  it('are forgotten when there are too many kinds, the oldest first', () => {
    const past = createPastRunTimes({ recall: () => null, remember: () => {} });
    for (let steps = 1; steps <= 200; steps += 1) past.note(run({ steps, width: steps * 8 }), 1_000);
    past.note(run({ steps: 1, width: 8 }), 1_000);
    past.note(run({ width: 4_000 }), 1_000);
    expect(past.estimateMs(run({ steps: 1, width: 8 }))).toBe(1_000);
    expect(past.estimateMs(run({ steps: 2, width: 16 }))).toBeNull();
  });
});
