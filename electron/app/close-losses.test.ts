import { describe, expect, it } from 'vitest';
import { describeLosses } from './close-losses.ts';

describe('the question before the window closes', () => {
  it('is not asked where a question saves nothing', () => {
    expect(describeLosses({ unsavedImages: 0, waitingRuns: 0, openRuns: 2 })).toBeNull();
  });

  it('names what is lost', () => {
    expect(describeLosses({ unsavedImages: 0, waitingRuns: 2, openRuns: 1 })).toEqual({
      message: '2 runs of the Playground were not sent yet.',
      detail: 'Runs that were not sent are discarded.\nThe host may finish the run in progress; the gallery does not get the result.',
    });
    const both = describeLosses({ unsavedImages: 1, waitingRuns: 1, openRuns: 0 });
    expect(both?.message).toBe('1 image is not saved.');
    expect(both?.detail).toContain('1 run of the Playground was not sent yet.');
  });
});
