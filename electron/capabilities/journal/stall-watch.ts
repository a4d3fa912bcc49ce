/** How often a silent stream is compared with the journal. */
const LOOK_EVERY_MS = 20_000;
/** How long an entry that the journal has may still be on its way. */
const ON_ITS_WAY_MS = 5_000;

export interface StallWatch {
  heard(): void;
  /** While held nothing is read, because the window has not taken what it was sent: that is no stall. */
  hold(isHeld: boolean): void;
  stop(): void;
}

/**
 * Tells a quiet journal from a stream that stands still. A dead connection is found by SSH's keepalive; this is for the
 * connection that is well while journalctl on the host is not: stopped, or no longer told of new entries.
 * A silent journal looks the same as a dead stream, so the journal itself is asked for its newest entry.
 */
export function watchForStall(o: {
  /** The cursor of the newest entry there is; null = none, or not to be had. Throws what Transport throws. */
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
    after(LOOK_EVERY_MS, look);
  };
  const look = (): void => {
    const isLively = (): boolean => heard || held;
    if (isLively()) begin();
    else
      o.newest().then(
        (cursor) => {
          const isBehind = (): boolean => !isLively() && cursor !== null && !o.isKnown(cursor);
          if (isBehind()) after(ON_ITS_WAY_MS, () => (isBehind() ? o.onStall() : begin()));
          else begin();
        },
        // Whoever owns the connection notices what is wrong with it; here it only means: not known.
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
