import { expect, it } from 'vitest';
import type { CheckInfo, CheckResult } from '../../shared/capabilities/checks/contract.ts';
import { checkLines } from './checks-text.ts';

const info = (id: string): CheckInfo => ({ id, title: id, group: 'host', layer: 'host', cost: 'reads', about: '' });
const result = (id: string, more: Partial<CheckResult> = {}): CheckResult => ({
  id,
  verdict: 'pass',
  summary: 'in order',
  evidence: ['raw'],
  remedy: null,
  takenAt: 0,
  elapsedMs: 1,
  since: 0,
  ...more,
});

it('explains what is not in order, and the same reason once', () => {
  const lost: Partial<CheckResult> = {
    verdict: 'unknown',
    summary: 'No connection.',
    evidence: ['ECONNREFUSED'],
    remedy: { text: 'Connect.', recipe: null },
  };
  const results = [
    result('first'),
    result('second', lost),
    result('third', lost),
    result('last', { verdict: 'fail', summary: 'It is down.', evidence: [], remedy: { text: 'Apply it.', recipe: 'nginx' } }),
  ];
  expect(checkLines({ host: 'ada2', checks: results.map(({ id }) => info(id)), results, takenAt: 0 }, 1200)).toEqual([
    'host',
    'ok   first   in order',
    '?    second  No connection.',
    '       ECONNREFUSED',
    '     → Connect.',
    '?    third   No connection.',
    'FAIL last    It is down.',
    '     → Apply it. (npm run setup -- --recipe nginx)',
    expect.stringMatching(/^ada2: 1 failed, 2 unknown, 1 passed, in /),
  ]);
  expect(checkLines({ host: 'ada2', checks: [], results: [], takenAt: 0 }, 1)).toEqual(['No check was chosen.']);
});
