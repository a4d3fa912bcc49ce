import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverloadRequest } from '../../../shared/capabilities/gateway/contract.ts';
import { expectedSplit, judgeOverload } from './overload-verdict.ts';

const passed: OverloadRequest = { kind: 'passed', index: 0, elapsedMs: 1_000 };
const refusedWith = (code: string, message = 'No.'): OverloadRequest => ({
  kind: 'refused',
  index: 0,
  elapsedMs: 10,
  error: { code, layer: 'gateway', message, hint: 'Wait.', retryable: true },
});
const turnedAway = refusedWith('gateway-overloaded');
const judge = (passes: number, refusals: number, limit: number | null = 2, free: number | null = 2) =>
  judgeOverload([...Array(passes).fill(passed), ...Array(refusals).fill(turnedAway)], limit, free);

describe('what is expected of an overload', () => {
  it('is that as many pass as are free, and not known where the gateway does not say', () => {
    expect(expectedSplit(3, 2)).toEqual({ pass: 2, refused: 1 });
    expect(expectedSplit(2, 5)).toEqual({ pass: 2, refused: 0 });
    expect(expectedSplit(3, -1)).toEqual({ pass: 0, refused: 3 });
    expect(expectedSplit(3, null)).toBeNull();
  });

  it('adds up to all of them', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: -5, max: 50 }), (requests, free) => {
        const { pass = -1, refused = -1 } = expectedSplit(requests, free) ?? {};
        expect([pass + refused, Math.min(pass, refused) >= 0]).toEqual([requests, true]);
      }),
    );
  });
});

describe('the verdict', () => {
  it('is good when the split is the expected one', () => {
    expect(judge(2, 1)).toEqual({ tone: 'good', message: 'As expected: 2 accepted, 1 rejected (429).' });
    expect(judge(2, 0).message).toBe('As expected: 2 accepted, 0 rejected (429).');
  });

  it('warns when more ran than there are slots, and only wonders when slots came free meanwhile', () => {
    expect(judge(3, 0).tone).toBe('warning');
    expect(judge(2, 1, 2, 1)).toMatchObject({ tone: 'unknown', message: expect.stringContaining('with 1 slots free') });
    expect(judge(3, 0, null, 2).tone).toBe('unknown');
  });

  it('says that somebody else took a slot when fewer passed', () => {
    expect(judge(1, 2)).toMatchObject({ tone: 'warning', message: expect.stringContaining('another user') });
  });

  it('does not judge by slots nobody told of, nor a test that was cancelled', () => {
    expect(judge(2, 1, 2, null)).toMatchObject({ tone: 'unknown', message: expect.stringContaining('unknown') });
    const requests: readonly OverloadRequest[] = [
      passed,
      { kind: 'cancelled', index: 0, elapsedMs: 5 },
      refusedWith('gateway-upstream-failed'),
    ];
    expect(judgeOverload(requests, 2, 2)).toEqual({ tone: 'unknown', message: 'Cancelled: no verdict.' });
  });

  it('keeps a 503 and other failures apart from the 429 that was wanted', () => {
    const notReady = judgeOverload([passed, turnedAway, refusedWith('gateway-backend-not-ready', 'Not ready.')], 2, 2);
    expect(notReady).toMatchObject({
      tone: 'bad',
      message: expect.stringMatching(/^1 accepted, 1 rejected \(429\), 1 failed.*could not be tested: Not ready\.$/),
    });
    const failed = judgeOverload([refusedWith('gateway-token-refused', 'The token is wrong.'), turnedAway], 2, 2);
    expect(failed).toMatchObject({ tone: 'bad', message: expect.stringContaining('First failure: The token is wrong.') });
  });
});
