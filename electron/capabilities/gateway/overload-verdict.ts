import type { OverloadRequest, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import { VERDICT_TEXT } from './text.ts';

type Verdict = NonNullable<OverloadRun['verdict']>;

/** How many requests should be accepted and how many rejected with 429; null = free slots not reported. */
export function expectedSplit(requests: number, free: number | null): { readonly pass: number; readonly refused: number } | null {
  if (free === null) return null;
  const pass = Math.min(requests, Math.max(0, free));
  return { pass, refused: requests - pass };
}

/** The verdict on a finished overload test. */
export function judgeOverload(requests: readonly OverloadRequest[], limit: number | null, free: number | null): Verdict {
  const accepted = requests.filter(({ kind }) => kind === 'passed').length;
  const errors = requests.flatMap((request) => (request.kind === 'refused' ? [request.error] : []));
  const rejected = errors.filter((error) => hasCode(error, 'gateway-overloaded')).length;
  const other = errors.find((error) => !hasCode(error, 'gateway-overloaded'));
  if (requests.some(({ kind }) => kind === 'cancelled')) return { tone: 'unknown', message: VERDICT_TEXT.cancelled };
  const split = VERDICT_TEXT.split(accepted, rejected);
  if (other !== undefined) {
    const describe = hasCode(other, 'gateway-backend-not-ready') ? VERDICT_TEXT.notReady : VERDICT_TEXT.failed;
    return { tone: 'bad', message: describe(split, errors.length - rejected, other.message) };
  }
  const expected = expectedSplit(requests.length, free);
  if (expected === null) return { tone: 'unknown', message: VERDICT_TEXT.expectationUnknown(split) };
  if (accepted === expected.pass) return { tone: 'good', message: VERDICT_TEXT.asExpected(split) };
  if (accepted > expected.pass) {
    return { tone: limit !== null && accepted > limit ? 'warning' : 'unknown', message: VERDICT_TEXT.more(split, expected.pass) };
  }
  return { tone: 'warning', message: VERDICT_TEXT.fewer(split, expected.pass) };
}
