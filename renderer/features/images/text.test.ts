import { expect, it } from 'vitest';
import { ROUTE_IDS } from '../../../shared/capabilities/images/contract.ts';
import { describeFact, describeFailed, describeRunTime, ROUTE_TEXT } from './text.ts';

it('every route has a text', () => {
  for (const name of ROUTE_IDS) expect(ROUTE_TEXT[name].via).toMatch(/^via /);
});

it('a requested value is marked as requested', () => {
  expect([describeFact(5, 4), describeFact(null, 4), describeFact(null, null), describeFact(0, 1)]).toEqual([
    '5',
    '4 (requested)',
    'not reported',
    '0',
  ]);
});

it('a run time shows tenths below a minute', () => {
  expect([120, 2_740, 59_900, 60_000, 72_400].map(describeRunTime)).toEqual(['120 ms', '2.7 s', '59.9 s', '1 min', '1 min 12 s']);
});

it('a failed run names its duration, route and seed', () => {
  const failed = { elapsedMs: 195, route: 'gateway' } as const;
  expect(describeFailed({ ...failed, seed: 5 })).toBe('Failed after 195 ms via the gateway. Your settings are unchanged. Seed: 5.');
  expect(describeFailed({ ...failed, seed: null })).toContain('Seed: random.');
});
