/** Asks again and again, never twice at once: a turn that hangs holds the next one up instead of piling onto it. */
export interface Loop {
  /** Runs a turn now, or right after the current turn. Resolves when that turn is over. */
  now(): Promise<void>;
  stop(): void;
}

/** Begins at once. `turn` resolves with the milliseconds until the next one, null to rest until {@link Loop.now}; it must not reject. */
export function startLoop(turn: (signal: AbortSignal) => Promise<number | null>): Loop {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let queued: Promise<void> | null = null;

  const take = (): Promise<void> => {
    clearTimeout(timer);
    if (stopped.signal.aborted) return Promise.resolve();
    running = turn(stopped.signal).then((waitMs) => {
      running = null;
      if (waitMs === null || queued !== null || stopped.signal.aborted) return;
      timer = setTimeout(() => void take(), waitMs);
    });
    return running;
  };
  void take();
  return {
    now: () => {
      // One that waits for its turn begins before anybody else may, also in the moment between the two.
      if (queued !== null) return queued;
      if (running === null) return take();
      queued = running.then(() => {
        queued = null;
        return take();
      });
      return queued;
    },
    stop: () => {
      clearTimeout(timer);
      stopped.abort();
    },
  };
}
