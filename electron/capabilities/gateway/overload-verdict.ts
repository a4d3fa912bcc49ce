import type { OverloadRequest, OverloadRun } from '../../../shared/capabilities/gateway/contract.ts';
import { hasCode } from '../../../shared/errors.ts';

type Verdict = NonNullable<OverloadRun['verdict']>;

/** How many of the requests should pass and how many be turned away with 429; null = the gateway did not say what is free. */
export function expectedSplit(requests: number, free: number | null): { readonly pass: number; readonly refused: number } | null {
  if (free === null) return null;
  const pass = Math.min(requests, Math.max(0, free));
  return { pass, refused: requests - pass };
}

/** Judges a finished overload test by what became of its requests. Pure. */
export function judgeOverload(requests: readonly OverloadRequest[], limit: number | null, free: number | null): Verdict {
  const passed = requests.filter(({ kind }) => kind === 'passed').length;
  const errors = requests.flatMap((request) => (request.kind === 'refused' ? [request.error] : []));
  const turnedAway = errors.filter((error) => hasCode(error, 'gateway-overloaded')).length;
  const other = errors.find((error) => !hasCode(error, 'gateway-overloaded'));
  if (requests.some(({ kind }) => kind === 'cancelled')) return { tone: 'unknown', said: 'Cancelled: no verdict.' };
  if (other !== undefined) {
    const isNotReady = hasCode(other, 'gateway-backend-not-ready');
    const split = `${passed} passed, ${turnedAway} got 429, ${errors.length - turnedAway} failed otherwise`;
    return {
      tone: 'bad',
      said: isNotReady
        ? `${split}. The gateway holds the backend back, so this says nothing about its slots: ${other.message}`
        : `${split}. The first failure: ${other.message}`,
    };
  }
  const expected = expectedSplit(requests.length, free);
  const split = `${passed} passed and ${turnedAway} got 429`;
  if (expected === null) return { tone: 'unknown', said: `${split}; how many should have is not known.` };
  if (passed === expected.pass) return { tone: 'good', said: `As expected: ${split}${turnedAway > 0 ? ' at once' : ''}.` };
  if (passed > expected.pass) {
    return {
      tone: limit !== null && passed > limit ? 'warning' : 'unknown',
      said: `${split}, where ${expected.pass} slots were free: slots came free while it ran. Larger pictures or more steps keep them taken longer.`,
    };
  }
  return { tone: 'warning', said: `${split}, though ${expected.pass} slots were free: somebody else took one at the same moment.` };
}
