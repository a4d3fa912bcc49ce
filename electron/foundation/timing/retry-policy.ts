const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
const JITTER = 0.3;

/**
 * How long to wait before try number `attempt` (1 = the first one after a loss), in milliseconds: 1 s doubling to 30 s.
 * `random` (0..1) adds up to 30 %, so that many panels do not knock on a rebooted host in step.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const plain = Math.min(FIRST_MS * 2 ** Math.min(Math.max(attempt, 1) - 1, 10), LONGEST_MS / (1 + JITTER));
  return Math.round(plain * (1 + JITTER * random()));
}
