import { monotonicMs } from './monotonic.ts';

/** The longest that the end of the program waits for pending cancels. */
const TIMEOUT_MS = 2_000;
/** A backend that restarts is away for half a minute or more. */
const RETRY_WINDOW_MS = 10 * 60_000;
const RETRY_INTERVAL_MS = 2_000;

/** Cancels of backend jobs that have no waiter, but must be sent before the program ends. */
export class PendingCancels {
  readonly #open = new Set<Promise<unknown>>();
  readonly #pauses = new Map<NodeJS.Timeout, () => void>();
  #isEnding = false;

  /** Retries until the backend accepts: a leftover job would run without a waiter once its backend is back. Failures are ignored. */
  add(send: () => Promise<unknown>): void {
    const sent: Promise<unknown> = this.#insist(send, monotonicMs() + RETRY_WINDOW_MS).then(() => {
      this.#open.delete(sent);
    });
    this.#open.add(sent);
  }

  /** Resolves when every cancel was sent, after 2 s at the latest. */
  async settled(): Promise<void> {
    this.#isEnding = true;
    for (const [timer, resume] of this.#pauses) {
      clearTimeout(timer);
      resume();
    }
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, TIMEOUT_MS);
    });
    await Promise.race([Promise.all(this.#open), limit]);
    clearTimeout(timer);
  }

  async #insist(send: () => Promise<unknown>, until: number): Promise<void> {
    for (;;) {
      try {
        await send();
        return;
      } catch {
        if (this.#isEnding || monotonicMs() > until) return;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        this.#pauses.delete(timer);
        resolve();
      };
      const timer = setTimeout(resume, RETRY_INTERVAL_MS);
      timer.unref();
      this.#pauses.set(timer, resume);
    });
  }
}
