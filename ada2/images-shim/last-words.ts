import { monotonicMs } from './monotonic.ts';

/** The longest that an end waits for what is still to be said. */
const LIMIT_MS = 2_000;
/** A backend that restarts is away for half a minute or more. */
const INSIST_MS = 10 * 60_000;
const AGAIN_MS = 2_000;

/** What is said without waiting for it, but must be said before the program ends: cancelled jobs. */
export class LastWords {
  readonly #open = new Set<Promise<unknown>>();
  readonly #pauses = new Map<NodeJS.Timeout, () => void>();
  #isEnding = false;

  /** Says it until it is heard: a job left behind would run for nobody once its backend is back. Failures are nobody's concern. */
  say(words: () => Promise<unknown>): void {
    const said: Promise<unknown> = this.#insist(words, monotonicMs() + INSIST_MS).then(() => {
      this.#open.delete(said);
    });
    this.#open.add(said);
  }

  /** Resolves when all is said, after 2 s at the latest. */
  async allSaid(): Promise<void> {
    this.#isEnding = true;
    for (const [timer, resume] of this.#pauses) {
      clearTimeout(timer);
      resume();
    }
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, LIMIT_MS);
    });
    await Promise.race([Promise.all(this.#open), limit]);
    clearTimeout(timer);
  }

  async #insist(words: () => Promise<unknown>, until: number): Promise<void> {
    for (;;) {
      try {
        await words();
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
      const timer = setTimeout(resume, AGAIN_MS);
      timer.unref();
      this.#pauses.set(timer, resume);
    });
  }
}
