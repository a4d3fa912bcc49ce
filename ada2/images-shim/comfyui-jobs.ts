import { isRecord } from '../../shared/record.ts';
import { type BackendHttp, type CancelSignal, NEVER_CANCELLED } from './backend-http.ts';
import { ClientDisconnected, ShimError } from './errors.ts';

const TIMEOUT_MS = 30_000;
const FIRST_POLL_MS = 15;
/** The length of the queue is cheap for ComfyUI: one query serves all waiting clients. */
const POLL_INTERVAL_MS = 40;
/** A job that is nowhere was lost with ComfyUI's memory, so jobs are checked now and then, even at an equal length. */
const THOROUGH_MS = 2_000;

interface Waiting {
  check(isThorough: boolean): void;
}

/** The ends of ComfyUI's jobs; it has no plain way of telling, so it is asked, once for all. */
export class ComfyUiJobs {
  readonly #http: BackendHttp;
  readonly #now: () => number;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #length: unknown = null;
  #thoroughAt = 0;

  constructor(http: BackendHttp, now: () => number) {
    this.#http = http;
    this.#now = now;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Resolves with the job's entry in the history. Throws ShimError 502 lost, 504 timed_out, and ClientDisconnected. */
  ended(promptId: string, o: { until: number; timeoutMs: number; signal: CancelSignal }): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      if (o.signal.isCancelled) return reject(new ClientDisconnected());
      let isAsking = false;
      let isNews = false;
      const end = (): void => {
        this.#waiting.delete(waiting);
        if (this.#waiting.size === 0) clearTimeout(this.#timer);
        unsubscribe();
      };
      const ask = async (isThorough: boolean): Promise<void> => {
        if (isAsking) {
          isNews = true;
          return;
        }
        isAsking = true;
        try {
          do {
            isNews = false;
            const entry = await this.#entry(promptId, o.signal);
            if (entry !== null) {
              end();
              return resolve(entry);
            }
          } while (isNews);
          if (this.#now() >= o.until) throw new ShimError(504, 'timed_out', `No image within ${o.timeoutMs / 1000} s.`);
          // Between the two questions it may have ended.
          if (isThorough && !(await this.#isQueued(promptId, o.signal)) && (await this.#entry(promptId, o.signal)) === null)
            throw new ShimError(502, 'lost', 'ComfyUI knows nothing of the job any more; it was restarted.');
        } catch (thrown) {
          end();
          reject(thrown);
        } finally {
          isAsking = false;
        }
      };
      const waiting: Waiting = { check: (isThorough) => void ask(isThorough) };
      const unsubscribe = o.signal.onCancel(() => {
        end();
        reject(new ClientDisconnected());
      });
      this.#waiting.add(waiting);
      if (this.#waiting.size === 1) this.#begin();
    });
  }

  #begin(): void {
    this.#thoroughAt = this.#now() + THOROUGH_MS;
    this.#length = null;
    this.#plan(FIRST_POLL_MS);
  }

  #plan(inMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), inMs);
  }

  async #look(): Promise<void> {
    // A ComfyUI that does not answer is found out by who waits, in the thorough look.
    const reported = await this.#http.json({ path: '/prompt', timeoutMs: TIMEOUT_MS, signal: NEVER_CANCELLED }).catch(() => null);
    const info = isRecord(reported) ? reported['exec_info'] : null;
    const length = isRecord(info) ? info['queue_remaining'] : null;
    const isThorough = this.#now() >= this.#thoroughAt;
    if (isThorough) this.#thoroughAt = this.#now() + THOROUGH_MS;
    const isNews = length !== this.#length || length === 0;
    this.#length = length;
    if (isNews || isThorough) for (const waiting of [...this.#waiting]) waiting.check(isThorough);
    if (this.#waiting.size > 0) this.#plan(POLL_INTERVAL_MS);
  }

  async #entry(promptId: string, signal: CancelSignal): Promise<Readonly<Record<string, unknown>> | null> {
    const history = await this.#http.json({ path: `/history/${encodeURIComponent(promptId)}`, timeoutMs: TIMEOUT_MS, signal });
    const entry = isRecord(history) ? history[promptId] : null;
    return isRecord(entry) ? entry : null;
  }

  async #isQueued(promptId: string, signal: CancelSignal): Promise<boolean> {
    const queue = await this.#http.json({ path: '/queue', timeoutMs: TIMEOUT_MS, signal });
    const lists: readonly unknown[] = isRecord(queue) ? [queue['queue_running'], queue['queue_pending']] : [];
    return lists.some((list) => Array.isArray(list) && list.some((job: unknown) => Array.isArray(job) && job[1] === promptId));
  }
}
