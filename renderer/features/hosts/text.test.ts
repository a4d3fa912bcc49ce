import { describe, expect, it } from 'vitest';
import { panelError } from '../../../shared/errors.ts';
import { describeAskingMachine, describeAttempt, describeSudoStorage } from './text.ts';

describe('describeAskingMachine', () => {
  it('distinguishes a jump host from the host', () => {
    expect(describeAskingMachine({ address: 'me@gate:2200', isJumpHost: true }, 'ada2')).toBe(
      'Jump host me@gate:2200 (on the way to ada2)',
    );
    expect(describeAskingMachine({ address: 'op@10.0.0.2:22', isJumpHost: false }, 'ada2')).toBe('ada2 (op@10.0.0.2:22)');
  });
});

describe('describeAttempt', () => {
  const { panelError: cause } = panelError({ code: 'ssh-refused', layer: 'network', message: 'Refused.', hint: 'Wait.', retryable: true });
  const state = { kind: 'reconnecting', attempt: 3, nextTryAt: 10_000, cause } as const;

  it('counts down to the next attempt', () => {
    expect(describeAttempt(state, 2_000)).toBe('Attempt 3, next in 8 s');
  });

  it('reports an attempt in progress', () => {
    expect(describeAttempt(state, 9_500)).toBe('Attempt 3 in progress');
  });
});

describe('describeSudoStorage', () => {
  it('names the configured minutes', () => {
    expect(describeSudoStorage(5)).toBe('Kept in memory for 5 minutes (change in Settings).');
    expect(describeSudoStorage(1)).toBe('Kept in memory for 1 minute (change in Settings).');
  });

  it('reports that nothing is stored', () => {
    expect(describeSudoStorage(0)).toBe('Not remembered after use (change in Settings).');
  });
});
