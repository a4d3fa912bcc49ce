import type { Client } from 'ssh2';
import { monotonicMs } from '../../../shared/monotonic.ts';

/**
 * The time one question takes to the SSH server and back, in milliseconds; null = no answer within `limitMs`.
 * Asks it to cancel a forwarding that was never there (RFC 4254, 7.1): every server answers that at once, it starts no
 * process, and it takes no channel.
 */
export async function measureRoundTrip(client: Client, limitMs: number): Promise<number | null> {
  return await new Promise((resolve) => {
    const startedAt = monotonicMs();
    const timer = setTimeout(() => resolve(null), limitMs);
    timer.unref();
    const answered = (error?: Error | null): void => {
      clearTimeout(timer);
      // The library reports a connection that closed meanwhile with these words; a refusal is the answer we want.
      const lost = error instanceof Error && /no response from server/i.test(error.message);
      resolve(lost ? null : Math.round((monotonicMs() - startedAt) * 10) / 10);
    };
    try {
      client.unforwardIn('127.0.0.1', 1, answered);
    } catch {
      clearTimeout(timer);
      resolve(null);
    }
  });
}
