/** How often a silent stream is compared with the journal. */
const CHECK_INTERVAL_MS = 20_000;
/** How long an entry of the journal may take to arrive. */
const ON_ITS_WAY_MS = 5_000;

export interface StallWatch {
  heard(): void;
  /** A held stream is not read, because the window has not acknowledged its entries; it is not stalled. */
  hold(isHeld: boolean): void;
  stop(): void;
}

/**
 * Distinguishes a quiet journal from a stalled stream by reading the newest entry of the journal. SSH's keepalive detects a dead
 * connection; a stall is a working connection with a journalctl that is stopped or no longer gets new entries.
 */
export function watchForStall(o: {
  /** The cursor of the newest entry; null = none or unknown. Throws what Transport throws. */
  readonly newest: () => Promise<string | null>;
  readonly isKnown: (cursor: string) => boolean;
  readonly onStall: () => void;
}): StallWatch {
  let heard = false;
  let held = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  const after = (ms: number, then: () => void): void => {
    if (!stopped) timer = setTimeout(then, ms);
  };
  const begin = (): void => {
    heard = false;
    after(CHECK_INTERVAL_MS, check);
  };
  const check = (): void => {
    const isLively = (): boolean => heard || held;
    if (isLively()) begin();
    else
      o.newest().then(
        (cursor) => {
          const isBehind = (): boolean => !isLively() && cursor !== null && !o.isKnown(cursor);
          if (isBehind()) after(ON_ITS_WAY_MS, () => (isBehind() ? o.onStall() : begin()));
          else begin();
        },
        // A failed read only leaves the answer unknown; the connection reports its own errors.
        begin,
      );
  };
  begin();
  return {
    heard: () => {
      heard = true;
    },
    hold: (isHeld) => {
      held = isHeld;
      heard = true;
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
