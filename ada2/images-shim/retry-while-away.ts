import type { CancelSignal } from './backend-http.ts';
import { ClientDisconnected, isAway } from './errors.ts';

/** So long a backend may be away: a restart takes half a minute, and what it made outlives it. */
export const MAX_AWAY_MS = 90_000;
export const POLL_WHILE_AWAY_MS = 500;

/** Does it again while the backend is away, until `until` and for MAX_AWAY_MS at most. Throws what `work` throws, and ClientDisconnected. */
export async function retryWhileAway<T>(
  work: () => Promise<T>,
  o: { readonly until: number; readonly now: () => number; readonly signal: CancelSignal },
): Promise<T> {
  const end = Math.min(o.until, o.now() + MAX_AWAY_MS);
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      if (!isAway(thrown) || o.now() >= end) throw thrown;
      await pause(o.signal);
    }
  }
}

function pause(signal: CancelSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      resolve();
    }, POLL_WHILE_AWAY_MS);
    const unsubscribe = signal.onCancel(() => {
      clearTimeout(timer);
      reject(new ClientDisconnected());
    });
  });
}
