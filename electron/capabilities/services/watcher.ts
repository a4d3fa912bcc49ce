import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { LineStream, Transport } from '../../foundation/ssh/transport.ts';
import { retryPolicy } from '../../foundation/timing/retry-policy.ts';
import { whileOnline } from '../../foundation/timing/while-online.ts';

const SLOW_POLL_MS = 5_000;
/** The interval while the counters are hidden; a change on the host is reported at once. */
const HIDDEN_POLL_MS = 60_000;
const RETRY = { firstMs: 1_000, maxMs: 15_000 };

export interface Watcher {
  start(): void;
  stop(): void;
  /** Sets the units to watch; other units restart the stream. */
  watch(units: readonly string[]): void;
}

/**
 * Calls `onCheck` when the units should be read: after a change on the host (HOST_SCRIPTS.unitWatch) and by a slow poll for the
 * counters. Calls `onOnline` after each connection, whose handler then calls watch().
 */
export function createWatcher(o: {
  readonly transport: Transport;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly onCheck: () => void;
  readonly onOnline: () => void;
}): Watcher {
  let units: readonly string[] = [];
  let stream: LineStream | null = null;
  let online: AbortSignal | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let stopWatching: (() => void) | null = null;
  const retry = retryPolicy(RETRY);

  const end = (): void => {
    clearTimeout(retryTimer);
    const ending = stream;
    stream = null;
    ending?.close();
  };
  const begin = (): void => {
    end();
    if (online === null || units.length === 0) return;
    const mine = o.transport.lines(scriptArgv(HOST_SCRIPTS.unitWatch, ...units));
    stream = mine;
    void follow(mine);
  };
  const follow = async (mine: LineStream): Promise<void> => {
    try {
      for await (const _line of mine) {
        if (stream !== mine) return;
        retry.succeeded();
        o.onCheck();
      }
    } catch (thrown) {
      o.log.info('services.watch-ended', { cause: String(thrown) });
    }
    if (stream !== mine) return;
    stream = null;
    if (online === null) return;
    // The slow poll continues meanwhile.
    retryTimer = setTimeout(begin, retry.failed());
  };
  const onConnection = (signal: AbortSignal): void => {
    online = signal;
    retry.succeeded();
    let lookedAtMs = monotonicMs();
    const poll = setInterval(() => {
      if (!o.isWindowShown() && monotonicMs() - lookedAtMs < HIDDEN_POLL_MS) return;
      lookedAtMs = monotonicMs();
      o.onCheck();
    }, SLOW_POLL_MS);
    signal.addEventListener('abort', () => {
      online = null;
      clearInterval(poll);
      end();
    });
    o.onOnline();
    begin();
  };
  return {
    start: () => {
      stopWatching ??= whileOnline(o.transport, onConnection);
    },
    stop: () => {
      stopWatching?.();
      stopWatching = null;
    },
    watch: (next) => {
      const same = next.length === units.length && next.every((unit) => units.includes(unit));
      units = next;
      if (!same || (stream === null && online !== null)) begin();
    },
  };
}
