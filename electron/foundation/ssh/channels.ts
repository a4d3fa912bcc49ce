import { PanelException } from '../../../shared/errors.ts';
import { channelRefusedError, connectionLostError } from './errors.ts';

const MAX_CHANNELS = 8;
/** A finished remote process may hold its session on the server a moment longer than here. */
const REOPEN_MS = [100, 300, 1_000, 2_000] as const;

export type ChannelKind = 'short' | 'stream';

/** Channels of one connection: bounded, counted, and fewer when the server allows fewer (MaxSessions). */
export interface ChannelPool {
  /** Waits for a free place and opens; the place is freed by `release`. Throws what `open` throws, or ssh-channel-refused. */
  open<T>(kind: ChannelKind, open: () => Promise<T>, signal: AbortSignal): Promise<{ readonly channel: T; readonly release: () => void }>;
  /** Everything waiting fails with this error. */
  close(error: PanelException): void;
  limit(): number;
  counts(): Readonly<Record<ChannelKind | 'waiting', number>>;
}

interface Waiting {
  readonly kind: ChannelKind;
  readonly go: () => void;
  readonly fail: (error: PanelException) => void;
}

/**
 * Streams leave one place free for short commands, or those would wait for ever.
 * `makeRoom` is called when short commands wait while streams hold every place: it ends the newest stream.
 */
export function createChannelPool(o: { readonly makeRoom: () => void; readonly onLimit: (limit: number) => void }): ChannelPool {
  let limit = MAX_CHANNELS;
  let closed: PanelException | null = null;
  const active = { short: 0, stream: 0 };
  /** Of those, the channels that the server accepted: a refusal beyond them shows its limit. */
  let confirmed = 0;
  const queue: Waiting[] = [];

  const mayOpen = (kind: ChannelKind): boolean => active.short + active.stream < limit && (kind === 'short' || active.stream < limit - 1);
  const pump = (): void => {
    for (let index = 0; index < queue.length; ) {
      const next = queue[index];
      if (next?.kind === 'stream' && limit === 1) {
        queue.splice(index, 1);
        next.fail(channelRefusedError('one session at a time: no room for a stream'));
        continue;
      }
      if (next === undefined || !mayOpen(next.kind)) {
        index += 1;
        continue;
      }
      queue.splice(index, 1);
      active[next.kind] += 1;
      next.go();
    }
    const shortWaits = queue.some((waiting) => waiting.kind === 'short');
    if (shortWaits && active.stream > 0 && active.stream >= limit) o.makeRoom();
  };
  const place = (kind: ChannelKind, signal: AbortSignal, first: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed !== null) return reject(closed);
      if (signal.aborted) return reject(abortedError(signal));
      const waiting: Waiting = {
        kind,
        go: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        fail: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      const onAbort = (): void => {
        const at = queue.indexOf(waiting);
        if (at >= 0) queue.splice(at, 1);
        reject(abortedError(signal));
      };
      signal.addEventListener('abort', onAbort);
      if (first) queue.unshift(waiting);
      else queue.push(waiting);
      pump();
    });
  const leave = (kind: ChannelKind): void => {
    active[kind] -= 1;
    pump();
  };

  return {
    limit: () => limit,
    counts: () => ({ ...active, waiting: queue.length }),
    close: (error) => {
      closed = error;
      for (const waiting of queue.splice(0)) waiting.fail(error);
    },
    open: async (kind, open, signal) => {
      for (let tries = 0; ; tries += 1) {
        await place(kind, signal, tries > 0);
        try {
          const channel = await open();
          confirmed += 1;
          let released = false;
          return {
            channel,
            release: () => {
              if (released) return;
              released = true;
              confirmed -= 1;
              leave(kind);
            },
          };
        } catch (thrown) {
          const refused = isOpenFailure(thrown);
          const pause = REOPEN_MS[tries];
          // Once the limit is known, a refusal is more likely a place that the server is about to free.
          const lower = refused && confirmed > 0 && confirmed < limit && (limit === MAX_CHANNELS || pause === undefined);
          if (lower) {
            limit = confirmed;
            o.onLimit(limit);
          }
          leave(kind);
          if (!refused) throw thrown;
          if (lower) continue;
          // Leftover processes hold the server's places. They may end in a moment.
          if (pause === undefined) throw channelRefusedError(thrown instanceof Error ? thrown.message : String(thrown));
          await sleep(pause, signal);
        }
      }
    },
  };
}

/** Whether the server refused to open a channel. */
export function isOpenFailure(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('(SSH) Channel open failure');
}

function abortedError(signal: AbortSignal): PanelException {
  return signal.reason instanceof PanelException ? signal.reason : connectionLostError('cancelled');
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortedError(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
