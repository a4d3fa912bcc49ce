import { describe, expect, it } from 'vitest';
import { isNetworkDependent, retryAfterMs } from './retry-policy.ts';

const error = (code: string, retryable = false) => ({ code, layer: 'gateway', message: '', hint: '', retryable }) as const;

describe('a failure of the gateway', () => {
  it.each(['gateway-address-not-allowed', 'gateway-proxy-forbids', 'gateway-certificate-not-valid-today'])(
    '%s is mended at the other end: it is queried again now and then, and when the network changed',
    (code) => {
      expect(retryAfterMs(error(code), 1)).toBe(60_000);
      expect(isNetworkDependent(error(code))).toBe(true);
    },
  );

  it('that is about the token waits for the operator', () => {
    for (const code of ['gateway-token-missing', 'gateway-token-refused', 'gateway-forbidden']) {
      expect(retryAfterMs(error(code), 1)).toBeNull();
      expect(isNetworkDependent(error(code))).toBe(false);
    }
  });

  it('that passes by itself is tried ever more seldom', () => {
    expect([1, 2, 3, 4, 50].map((failures) => retryAfterMs(error('gateway-slow', true), failures))).toEqual([
      2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });
});
