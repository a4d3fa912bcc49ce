import { isRecord } from '../../shared/record.ts';
import type { BackendHttp, CancelSignal } from './backend-http.ts';
import { ClientDisconnected, isAway, ShimError } from './errors.ts';
import type { QueueEvents } from './queue-events.ts';
import { MAX_AWAY_MS, POLL_WHILE_AWAY_MS } from './retry-while-away.ts';

/** The server may hang for seconds while it loads a model. */
const POLL_TIMEOUT_MS = 30_000;
/** Without news of the queue: soon at first, then ever more seldom. */
const FIRST_POLL_MS = 15;
const SLOWER = 1.4;
/** With events, only in case one is lost. */
const POLL_WITH_EVENTS_MS = 2_000;

export type QueueItem = Readonly<Record<string, unknown>>;

/** InvokeAI's times are UTC without saying so. */
const momentOf = (value: unknown): number =>
  typeof value === 'string' && value.length < 64 ? Date.parse(`${value.replace(' ', 'T').replace(/Z$/, '')}Z`) : Number.NaN;

/** How long an item waited for its turn; null when the item does not report it. */
export function queueMsOf(item: QueueItem): number | null {
  const waited = momentOf(item['started_at']) - momentOf(item['created_at']);
  return Number.isFinite(waited) ? Math.max(0, waited) : null;
}

/** Resolves with the item of the queue when it has ended, however. Throws ShimError 504 timed_out and ClientDisconnected. */
export function itemEnded(o: {
  readonly http: BackendHttp;
  readonly events: QueueEvents;
  readonly itemId: number;
  /** Of the item. */
  readonly path: string;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly until: number;
  readonly now: () => number;
  readonly signal: CancelSignal;
}): Promise<QueueItem> {
  return new Promise((resolve, reject) => {
    if (o.signal.isCancelled) return reject(new ClientDisconnected());
    let isAsking = false;
    let isNews = false;
    let isOver = false;
    let waitMs = FIRST_POLL_MS;
    let lastHeardAt = o.now();
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      isOver = true;
      clearTimeout(timer);
      stopEvents();
      unsubscribe();
    };
    const check = async (): Promise<void> => {
      if (isOver) return;
      if (isAsking) {
        isNews = true;
        return;
      }
      clearTimeout(timer);
      isAsking = true;
      isNews = false;
      try {
        const item = await o.http.json({ path: o.path, timeoutMs: POLL_TIMEOUT_MS, signal: o.signal });
        isAsking = false;
        lastHeardAt = o.now();
        if (isOver) return;
        if (!isRecord(item)) throw new ShimError(502, 'backend_garbled', 'InvokeAI returned no queue item');
        const { status } = item;
        if (status === 'completed' || status === 'failed' || status === 'canceled') {
          end();
          return resolve(item);
        }
        const leftMs = o.until - o.now();
        if (leftMs <= 0) throw new ShimError(504, 'timed_out', `No image within ${o.timeoutMs / 1000} s; the job was ${String(status)}.`);
        if (isNews) return void check();
        const nextMs = o.events.isListening ? Math.max(o.pollMs, POLL_WITH_EVENTS_MS) : Math.min(o.pollMs, waitMs);
        waitMs *= SLOWER;
        timer = setTimeout(() => void check(), Math.min(nextMs, Math.max(1, leftMs)));
      } catch (thrown) {
        isAsking = false;
        if (isOver) return;
        if (isAway(thrown) && o.now() < Math.min(o.until, lastHeardAt + MAX_AWAY_MS)) {
          timer = setTimeout(() => void check(), POLL_WHILE_AWAY_MS);
          return;
        }
        end();
        reject(thrown);
      }
    };
    const stopEvents = o.events.onItem(o.itemId, () => void check());
    const unsubscribe = o.signal.onCancel(() => {
      end();
      reject(new ClientDisconnected());
    });
    void check();
  });
}
