import { describe, expect, it } from 'vitest';
import type { VerdictCounts } from './rows.ts';
import { describeLastRun, describeNext, describeRunning, describeRunVerdict, describeSchedule } from './run-text.ts';
import { describeCounts, describeNow, describeRow, describeSince, describeVerdicts, toneOfCounts } from './text.ts';

const NONE: VerdictCounts = { pass: 0, warn: 0, fail: 0, unknown: 0, skipped: 0, notRun: 0 };
const sentence = (counts: Partial<VerdictCounts>) => describeVerdicts({ ...NONE, ...counts });
const NOON = new Date(2026, 10, 27, 12, 0).getTime();
const at = (hours: number, minutes: number, day = 27) => new Date(2026, 10, day, hours, minutes).getTime();

describe('describeVerdicts', () => {
  it('says the worst first, with singular and plural', () => {
    expect(sentence({ pass: 78, fail: 3, warn: 1 })).toEqual({ tone: 'bad', word: '3 of 82 checks fail, 1 warns' });
    expect(sentence({ pass: 1, fail: 1, unknown: 2 }).word).toBe('1 of 4 checks fails, 2 unknown');
    expect(sentence({ pass: 80, warn: 2 })).toEqual({ tone: 'warning', word: '2 of 82 checks warn' });
    expect(sentence({ pass: 79, unknown: 3 })).toEqual({ tone: 'unknown', word: '79 of 82 checks pass, 3 unknown' });
    expect(sentence({ pass: 82, skipped: 4 })).toEqual({ tone: 'good', word: 'All 82 checks pass' });
  });

  it('calls some of the checks never all of them', () => {
    expect(sentence({ pass: 3, notRun: 133 })).toEqual({ tone: 'good', word: '3 checks pass, 133 not run' });
    expect(sentence({ pass: 1, notRun: 2 }).word).toBe('1 check passes, 2 not run');
    expect(sentence({ pass: 104, fail: 4, notRun: 11 }).word).toBe('4 of 108 checks fail, 11 not run');
    const counts = { pass: 4, warn: 0, fail: 0, unknown: 0, skipped: 0 };
    expect(describeRunVerdict({ counts, isComplete: false }).word).toBe('4 checks pass');
    expect(describeRunVerdict({ counts, isComplete: true }).word).toBe('All 4 checks pass');
  });
  it('never calls nothing good', () => {
    expect(sentence({ notRun: 12 })).toEqual({ tone: 'off', word: 'Not checked yet' });
    expect(sentence({ skipped: 2 }).tone).toBe('off');
    expect(toneOfCounts({ ...NONE, skipped: 2, notRun: 1 })).toBeNull();
  });
});

describe('rows', () => {
  it('shows progress before the verdict, but not the wait of a row that has one', () => {
    const result = { verdict: 'fail' } as Parameters<typeof describeRow>[0]['result'];
    expect(describeRow({ result, progress: 'running' }).word).toBe('Running');
    expect(describeRow({ result, progress: 'waiting' }).word).toBe('Failed');
    expect(describeRow({ result: null, progress: 'waiting' }).word).toBe('Waiting');
    expect(describeRow({ result: null, progress: null }).word).toBe('Not run');
  });

  it('names the time of today, and the date of any other day', () => {
    expect(describeSince({ verdict: 'fail', since: at(9, 5) }, NOON)).toBe('fails since 09:05');
    expect(describeSince({ verdict: 'fail', since: at(9, 5, 20) }, NOON)).toBe('fails since 2026-11-20 09:05');
    expect(describeNow({ verdict: 'pass', since: at(9, 5) }, NOON)).toBe('passes since 09:05');
  });
});

describe('runs', () => {
  it('counts in words', () => {
    expect(describeCounts({ ...NONE, fail: 2, warn: 1, pass: 12 })).toBe('2 failed, 1 warning, 12 passed');
    expect(describeRunning(['a', 'b', 'c', 'd'])).toBe('Now: a, b and 2 more');
    expect(describeRunning([])).toBe('');
  });

  it('says when the last one was, what started it, and whether it ended early', () => {
    const run = {
      startedAt: at(9, 5),
      elapsedMs: 3_100,
      by: 'schedule' as const,
      counts: { pass: 80, warn: 0, fail: 2, unknown: 0, skipped: 0 },
      failed: [],
      warned: [],
      isComplete: false,
    };
    expect(describeLastRun(run, NOON)).toBe('Last run 09:05 on schedule: 82 checks in 3 s, not complete');
    expect(describeNext(at(14, 0), NOON)).toBe('Next run at 14:00');
    expect(describeNext(at(11, 0), NOON)).toBe('Next run within a minute');
    expect(describeSchedule(null)).toBe('Schedule: off');
    expect(describeSchedule({ everyHours: 6 })).toBe('Schedule: every 6 h');
  });
});
