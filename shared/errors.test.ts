import { describe, expect, it } from 'vitest';
import { hasCode, PanelException, panelError, toPanelError } from './errors.ts';

describe('an error with words of a host', () => {
  it('shows no control characters and no secrets, and is cut', () => {
    const thrown = new PanelException({
      code: 'x',
      layer: 'host',
      message: `The host said \u202e\u001b[31m${'y'.repeat(1_000_000)}`,
      hint: 'Try again.',
      retryable: false,
      detail: `one\n\ttwo \u0007 Authorization: Bearer Zk3vQ9xW7tR2 ${'z'.repeat(1_000_000)}`,
      facts: { where: 'a\u2066b' },
    });
    const error = toPanelError(thrown);
    expect(error.message).toMatch(/^The host said y+…$/);
    expect(error.message.length).toBeLessThanOrEqual(2_000);
    expect(error.detail).toMatch(/^one\n\ttwo {2}Authorization: Bearer … z+…$/);
    expect(error.detail?.length).toBeLessThanOrEqual(8_192);
    expect(error.facts).toEqual({ where: 'ab' });
  });

  it('keeps an error without any as it is', () => {
    const error = { code: 'x', layer: 'host', message: 'No.', hint: 'Wait.', retryable: true } as const;
    expect(toPanelError(new PanelException(error))).toEqual(error);
  });
});

it('is asked for one of several codes; what is no error has none', () => {
  const { panelError: error } = panelError({ code: 'tunnel-refused', layer: 'host', message: 'm', hint: 'h', retryable: true });
  expect(hasCode(error, 'ssh-refused', 'tunnel-refused')).toBe(true);
  expect(hasCode(error, 'ssh-refused')).toBe(false);
  expect(hasCode(null, 'ssh-refused')).toBe(false);
});

it('cuts and cleans what a host put into it', () => {
  const { panelError: error } = panelError({
    code: 'ssh-failed',
    layer: 'ssh',
    message: '\u001b[31mred\nand more',
    hint: 'h',
    retryable: false,
    detail: 'x'.repeat(100_000),
  });
  expect(error.message).toBe('red and more');
  expect(error.detail?.length).toBe(8_192);
});
