export interface RetryLimits {
  /** Before the second try. Each further failure in a row doubles it. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** Adds up to this share at random, so that many panels do not reach a rebooted host in step. `maxMs` holds all the same. Default 0. */
  readonly jitter?: number;
}

/** Milliseconds to wait after `failures` failures in a row; `random` returns 0 to 1. */
export function retryDelayMs({ firstMs, maxMs, jitter = 0 }: RetryLimits, failures: number, random: () => number = Math.random): number {
  const doubled = firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30);
  return Math.round(Math.min(doubled, maxMs / (1 + jitter)) * (1 + jitter * random()));
}

/** Counts failures in a row. */
export interface RetryPolicy {
  /** Counts a failure; returns the milliseconds to wait until the next try. */
  failed(): number;
  succeeded(): void;
}

export function retryPolicy(limits: RetryLimits, random?: () => number): RetryPolicy {
  let failures = 0;
  return {
    failed: () => {
      failures += 1;
      return retryDelayMs(limits, failures, random);
    },
    succeeded: () => {
      failures = 0;
    },
  };
}
