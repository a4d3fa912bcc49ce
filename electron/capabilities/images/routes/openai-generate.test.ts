import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueueItem, readQueueItem } from '../../backends/invokeai.ts';
import { splitAnswerTime } from './openai-generate.ts';

/** A job as InvokeAI tells it, with its UTC times that do not say so. */
function job(createdAt: string, startedAt: string | null, completedAt: string | null): QueueItem {
  const item = readQueueItem({
    item_id: 1,
    status: 'completed',
    created_at: `2026-05-04 14:06:${createdAt}`,
    ...(startedAt === null ? {} : { started_at: `2026-05-04 14:06:${startedAt}` }),
    ...(completedAt === null ? {} : { completed_at: `2026-05-04 14:06:${completedAt}` }),
  });
  if (item === null) throw new Error('not read');
  return item;
}

const UNKNOWN = { waitMs: null, generateMs: null };

describe('where the time until the answer went', () => {
  it('is waiting, generating and the way there, by the times the queue tells', () => {
    expect(splitAnswerTime([job('10.000', '10.400', '12.900')], 3_000)).toEqual({ waitMs: 400, generateMs: 2_500, answerMs: 100 });
  });

  it('adds up several images, and counts the waiting of the first alone', () => {
    const jobs = [job('10.000', '10.100', '11.100'), job('10.000', '11.100', '12.600')];
    expect(splitAnswerTime(jobs, 2_700)).toEqual({ waitMs: 100, generateMs: 2_500, answerMs: 100 });
  });

  it.each([
    ['there is no job', []],
    ['a job has not begun', [job('10.000', null, null)]],
    ['one of the jobs has not ended', [job('10.000', '10.100', '11.100'), job('10.000', '11.100', null)]],
    ['the job took longer than the answer, so it is another one', [job('10.000', '10.100', '19.000')]],
  ])('is not told apart when %s', (_why, jobs) => {
    expect(splitAnswerTime(jobs, 2_000)).toEqual({ ...UNKNOWN, answerMs: 2_000 });
  });

  it('is not guessed when there was no answer', () => {
    expect(splitAnswerTime([job('10.000', '10.100', '11.100')], null)).toEqual({ ...UNKNOWN, answerMs: null });
  });

  it('never comes out below nothing, even with clocks that jump, and stays near the whole', () => {
    const second = fc.integer({ min: 10, max: 59 }).map((value) => `${value}.000`);
    const jobs = fc.array(fc.tuple(second, second, second), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(jobs, fc.integer({ min: 0, max: 200_000 }), (times, answerMs) => {
        const split = splitAnswerTime(
          times.map(([created, started, completed]) => job(created, started, completed)),
          answerMs,
        );
        const parts = [split.waitMs ?? 0, split.generateMs ?? 0, split.answerMs ?? 0];
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(Math.max(answerMs * 1.2, answerMs) + 1);
      }),
    );
  });
});
