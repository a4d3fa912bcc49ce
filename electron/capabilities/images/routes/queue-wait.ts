import { setTimeout as pause } from 'node:timers/promises';
import { type PanelError, toPanelError } from '../../../../shared/errors.ts';
import { monotonicMs } from '../../../../shared/monotonic.ts';
import type { Peer } from '../../../foundation/http/client.ts';
import { type QueueItem, queuePath, readQueueItem } from '../../backends/invokeai.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import type { Progress } from './route.ts';

const POLL_MS = 250;
const POLL_WHILE_AWAY_MS = 1_000;
/** InvokeAI's queue outlives restarts and lost connections, so waiting is worth more than a run. */
const MAX_AWAY_MS = 10 * 60_000;
/** SSH is down, nothing listens on the host, or the listener did not respond: all of these are temporary. */
const AWAY = /^(ssh-|tunnel-refused$)|-(unreachable|silent|slow|broke-off)$/;

/** How to wait for a backend that cannot be reached. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Resolves at the next news about the queue. */
  readonly queueEvents: () => Promise<void>;
  /** Called with the reason when InvokeAI cannot be reached, and with null when it can again. */
  readonly onAway: (why: PanelError | null) => void;
  readonly maxAwayMs?: number;
}

/** What is shown of a run while its backend cannot be reached (`why`), and once it can again (null). */
export function awayProgress(peer: Peer, why: PanelError | null): Progress {
  const message = why === null ? `${peer.name} responds again` : `Waiting for ${peer.name}; the job stays in its queue. ${why.message}`;
  return { stage: 'queued', message, ahead: null, share: null, step: null, preview: null };
}

/** Whether a server could not be reached at all, which is temporary; everything else is a response, even an error. */
export function isAway(thrown: unknown): boolean {
  const { code, layer } = toPanelError(thrown);
  return layer !== 'panel' && AWAY.test(code);
}

/** Does it again until the server is reached, for 10 minutes at most; throws everything else, and the signal's reason. */
export async function retryWhileAway<T>(work: () => Promise<T>, o: Patience): Promise<T> {
  const beganMs = monotonicMs();
  let wasAway = false;
  for (;;) {
    try {
      const found = await work();
      if (wasAway) o.onAway(null);
      return found;
    } catch (thrown) {
      o.signal.throwIfAborted();
      if (!isAway(thrown) || monotonicMs() - beganMs > (o.maxAwayMs ?? MAX_AWAY_MS)) throw thrown;
      if (!wasAway) o.onAway(toPanelError(thrown));
      wasAway = true;
      await nextPoll(o, POLL_WHILE_AWAY_MS);
    }
  }
}

/** Resolves at the next news, or after `waitMs`. Throws the signal's reason. */
export async function nextPoll({ queueEvents, signal }: Patience, waitMs: number): Promise<void> {
  // Its listener goes with it, at the end of the pause at the latest.
  await Promise.race([queueEvents(), pause(waitMs, undefined, { signal }).catch(() => undefined)]);
  signal.throwIfAborted();
}

/** Waits until InvokeAI reports the end of a job, also over lost connections and restarts; null = its queue no longer has the job. */
export async function waitForJob(
  client: JsonClient,
  itemId: number,
  o: Patience,
): Promise<{ readonly document: unknown; readonly item: QueueItem } | null> {
  for (;;) {
    const document = await retryWhileAway(
      () => client.json({ path: queuePath(`i/${itemId}`), signal: o.signal }).catch(nullWhenMissing),
      o,
    );
    const item = readQueueItem(document);
    if (item === null) return null;
    if (item.status === 'completed' || item.status === 'failed' || item.status === 'canceled') return { document, item };
    await nextPoll(o, POLL_MS);
  }
}

function nullWhenMissing(thrown: unknown): null {
  if (toPanelError(thrown).facts?.['status'] === '404') return null;
  throw thrown;
}
