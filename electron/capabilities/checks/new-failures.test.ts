import { describe, expect, it } from 'vitest';
import type { CheckResult, CheckRunSummary, ChecksState } from '../../../shared/capabilities/checks/contract.ts';
import { INITIAL_CHECKS } from '../../../shared/initial-states.ts';
import { describeNewFailures } from './new-failures.ts';

const BEGAN = 1000;
const result = (id: string, since: number): CheckResult => ({
  id,
  verdict: 'fail',
  summary: `${id} is broken`,
  evidence: [],
  remedy: null,
  takenAt: BEGAN + 5,
  elapsedMs: 1,
  since,
});
const endedWith = (results: readonly CheckResult[], run: Partial<CheckRunSummary> = {}): ChecksState => ({
  ...INITIAL_CHECKS,
  checks: results.map(({ id }) => ({ id, title: `Title ${id}`, group: 'host', layer: 'host', cost: 'reads', about: '' })),
  results: [...results],
  history: [
    {
      startedAt: BEGAN,
      elapsedMs: 1,
      by: 'schedule',
      counts: { pass: 0, warn: 0, fail: results.length, unknown: 0, skipped: 0 },
      failed: results.map(({ id }) => id),
      warned: [],
      isComplete: true,
      ...run,
    },
  ],
});

describe('describeNewFailures', () => {
  it('names what a scheduled run found failing for the first time', () => {
    expect(describeNewFailures(INITIAL_CHECKS, endedWith([result('a', BEGAN + 5), result('b', 10)]))).toBe(
      'Scheduled checks: Title a fails. a is broken',
    );
    expect(describeNewFailures(INITIAL_CHECKS, endedWith(['a', 'b', 'c'].map((id) => result(id, BEGAN + 5))))).toBe(
      'Scheduled checks: 3 new failures: Title a, Title b and 1 more',
    );
  });

  it('is silent about old failures, about runs of the operator, and about a run that was reported', () => {
    const fresh = endedWith([result('a', BEGAN + 5)]);
    expect(describeNewFailures(INITIAL_CHECKS, endedWith([result('a', 10)]))).toBeNull();
    expect(describeNewFailures(INITIAL_CHECKS, endedWith([result('a', BEGAN + 5)], { by: 'operator' }))).toBeNull();
    expect(describeNewFailures(fresh, fresh)).toBeNull();
    expect(describeNewFailures(INITIAL_CHECKS, INITIAL_CHECKS)).toBeNull();
  });
});
