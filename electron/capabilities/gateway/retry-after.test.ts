import { describe, expect, it } from 'vitest';
import { isNetworkDependent, retryAfterMs } from './retry-after.ts';

const error = (code: string, retryable = false) => ({ code, layer: 'gateway', message: '', hint: '', retryable }) as const;

describe('a failure of the gateway', () => {
  it.each(['gateway-address-not-allowed', 'gateway-proxy-forbids', 'gateway-certificate-not-valid-today'])(
    '%s is mended at the other end: it is queried again now and then, and when the network changed',
    (code) => {
      expect(retryAfterMs(error(code), 1, 0)).toBe(60_000);
      expect(isNetworkDependent(error(code))).toBe(true);
    },
  );

  it('that is about the token waits for the operator', () => {
    for (const code of ['gateway-token-missing', 'gateway-token-refused', 'gateway-forbidden']) {
      expect(retryAfterMs(error(code), 1, 0)).toBeNull();
      expect(isNetworkDependent(error(code))).toBe(false);
    }
  });

  it('that passes by itself is tried ever more seldom', () => {
    expect([1, 2, 3, 4, 50].map((failures) => retryAfterMs(error('gateway-slow', true), failures, 0))).toEqual([
      2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  it('is not tried again sooner than the gateway, or a proxy in front of it, asked for', () => {
    const asking = (seconds: number) => ({ ...error('gateway-unavailable', true), facts: { retryAt: String(1_000 + seconds * 1000) } });
    expect([0, 1, 60, 86_400].map((seconds) => retryAfterMs(asking(seconds), 1, 1_000))).toEqual([2_000, 2_000, 60_000, 300_000]);
  });
});
