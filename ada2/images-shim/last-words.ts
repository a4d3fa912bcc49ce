/** The longest that an end waits for what is still to be said. */
const LIMIT_MS = 2_000;

/** What is said without waiting for it, but must be said before the program ends: cancelled jobs. */
export class LastWords {
  readonly #open = new Set<Promise<unknown>>();

  /** Failures are nobody's concern. */
  say(words: Promise<unknown>): void {
    const said: Promise<unknown> = words
      .catch(() => undefined)
      .then(() => {
        this.#open.delete(said);
      });
    this.#open.add(said);
  }

  /** Resolves when all is said, after 2 s at the latest. */
  async allSaid(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, LIMIT_MS);
    });
    await Promise.race([Promise.all(this.#open), limit]);
    clearTimeout(timer);
  }
}
