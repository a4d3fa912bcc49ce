import { HOST_SCRIPTS, scriptArgv } from '../../../shared/host-scripts/index.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { LineStream, Transport } from '../../foundation/ssh/transport.ts';

const SLOW_POLL_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

export interface Watcher {
  start(): void;
  stop(): void;
  /** The units to watch; a stream that watches others is begun anew. */
  watch(units: readonly string[]): void;
}

/**
 * Calls `onLook` whenever the units are worth reading again: a change on the host (HOST_SCRIPTS.unitWatch), the
 * slow poll for the counters, and a connection that came back (`onOnline`, which then calls watch()).
 */
export function createWatcher(o: {
  readonly transport: Transport;
  readonly log: Logger;
  readonly onLook: () => void;
  readonly onOnline: () => void;
}): Watcher {
  let units: readonly string[] = [];
  let stream: LineStream | null = null;
  let retryMs = FIRST_RETRY_MS;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let stopListening: (() => void) | null = null;
  let onlineSince: number | null = null;

  const end = (): void => {
    clearTimeout(retry);
    const ending = stream;
    stream = null;
    ending?.close();
  };
  const begin = (): void => {
    end();
    if (onlineSince === null || units.length === 0) return;
    const mine = o.transport.lines(scriptArgv(HOST_SCRIPTS.unitWatch, ...units));
    stream = mine;
    void follow(mine);
  };
  const follow = async (mine: LineStream): Promise<void> => {
    try {
      for await (const _line of mine) {
        if (stream !== mine) return;
        retryMs = FIRST_RETRY_MS;
        o.onLook();
      }
    } catch (thrown) {
      o.log.info('services.watch-ended', { cause: String(thrown) });
    }
    if (stream !== mine) return;
    stream = null;
    if (onlineSince === null) return;
    // The slow poll goes on meanwhile: only the push is late.
    retry = setTimeout(begin, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };
  const onConnection = (): void => {
    const { state } = o.transport.snapshot;
    const since = state.kind === 'online' ? state.since : null;
    if (since === onlineSince) return;
    onlineSince = since;
    end();
    clearInterval(poll);
    if (since === null) return;
    retryMs = FIRST_RETRY_MS;
    poll = setInterval(o.onLook, SLOW_POLL_MS);
    o.onOnline();
    begin();
  };
  return {
    start: () => {
      if (stopListening !== null) return;
      stopListening = o.transport.onChange(onConnection);
      onConnection();
    },
    stop: () => {
      stopListening?.();
      stopListening = null;
      onlineSince = null;
      clearInterval(poll);
      end();
    },
    watch: (next) => {
      const same = next.length === units.length && next.every((unit) => units.includes(unit));
      units = next;
      if (!same || (stream === null && stopListening !== null)) begin();
    },
  };
}
