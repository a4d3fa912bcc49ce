import { describe, expect, it } from 'vitest';
import { createTimeLeftMeter } from './time-left.ts';

describe('the time left of a run', () => {
  it('is unknown until something is known', () => {
    const meter = createTimeLeftMeter(null);
    expect(meter.note({ stage: 'queued', share: null }, 0)).toBeNull();
    expect(meter.note({ stage: 'loading', share: null }, 1_000)).toBeNull();
    expect(meter.note({ stage: 'generating', share: 0 }, 2_000)).toBeNull();
  });

  it('comes from the steps as soon as they are reported', () => {
    const meter = createTimeLeftMeter(60_000);
    meter.note({ stage: 'generating', share: 0.1 }, 10_000);
    expect(meter.note({ stage: 'generating', share: 0.35 }, 15_000)).toEqual({ leftMs: 13_000, from: 'steps', asOf: 15_000 });
    expect(meter.note({ stage: 'generating', share: 1 }, 30_000)).toMatchObject({ leftMs: 0 });
  });

  it('comes from earlier runs before that, counted from the start at the GPU, and never turns negative', () => {
    const meter = createTimeLeftMeter(10_000);
    expect(meter.note({ stage: 'queued', share: null }, 0)).toBeNull();
    expect(meter.note({ stage: 'loading', share: null }, 5_000)).toEqual({ leftMs: 10_000, from: 'past', asOf: 5_000 });
    expect(meter.note({ stage: 'preparing', share: 0 }, 9_000)).toMatchObject({ leftMs: 6_000, from: 'past' });
    expect(meter.note({ stage: 'preparing', share: 0 }, 99_000)).toBeNull();
  });

  it('is not counted any more while the image is transferred', () => {
    expect(createTimeLeftMeter(10_000).note({ stage: 'transfer', share: 1 }, 0)).toBeNull();
  });
});
