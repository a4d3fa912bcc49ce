import { PanelException } from '../../../shared/errors.ts';
import { channelRefusedError, connectionLostError } from './errors.ts';

const MAX_CHANNELS = 8;
/** Pauses before a refused channel is opened again. */
const REOPEN_MS = [100, 300, 1_000, 2_000] as const;
const LAST_REOPEN_MS = 2_000;
const REFUSALS_BEFORE_LIMIT = 2;

export type ChannelKind = 'short' | 'stream';

/** Channels of one connection: bounded, counted, and fewer when the server allows fewer (MaxSessions). */
export interface ChannelPool {
  /**
   * Waits for a free place and opens; `release` frees the place and must be called when the server has closed the channel.
   * Throws what `open` throws, or ssh-channel-refused.
   */
  open<T>(kind: ChannelKind, open: () => Promise<T>, signal: AbortSignal): Promise<{ readonly channel: T; readonly release: () => void }>;
  /** Counts a session that is opened without a place; returns how to end the count. */
  hold(): () => void;
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

/** One session as the server counts it, from its request to its end. */
interface ServerSession {
  reply: 'none' | 'accepted' | 'refused';
}

/**
 * The limit of the server is the number of sessions that it holds when it refuses another one. A session counts until the server
 * has closed its channel: it may live longer than the command's end on this side. The server answers in order, so sessions
 * requested before the refused one count as held unless they were refused too. sshd may hold a session for a moment after its
 * close: only the third refusal in a row lowers the limit, and never below the most sessions that were open at once.
 *
 * Streams leave one place free for short commands, or those would wait for ever.
 * `makeRoom` is called when short commands wait while streams hold every place: it ends the newest open stream.
 */
export function createChannelPool(o: { readonly makeRoom: () => void; readonly onLimit: (limit: number) => void }): ChannelPool {
  let limit = MAX_CHANNELS;
  let closed: PanelException | null = null;
  const active = { short: 0, stream: 0 };
  /** In the order of their requests. */
  const sessions = new Set<ServerSession>();
  let mostAccepted = 0;
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

  const isOver = (): boolean => active.short + active.stream > limit;
  /** Sessions that the server held when it refused one that was requested after these. */
  const heldAmong = (earlier: readonly ServerSession[]): number => earlier.filter((session) => session.reply !== 'refused').length;
  const lowerLimit = (held: number): void => {
    const next = Math.max(held, mostAccepted);
    if (next >= limit) return;
    limit = next;
    o.onLimit(limit);
  };
  const accept = (session: ServerSession): void => {
    session.reply = 'accepted';
    mostAccepted = Math.max(mostAccepted, [...sessions].filter(({ reply }) => reply === 'accepted').length);
  };

  return {
    limit: () => limit,
    counts: () => ({ ...active, waiting: queue.length }),
    close: (error) => {
      closed = error;
      for (const waiting of queue.splice(0)) waiting.fail(error);
    },
    hold: () => {
      const session: ServerSession = { reply: 'none' };
      sessions.add(session);
      return () => void sessions.delete(session);
    },
    open: async (kind, open, signal) => {
      await place(kind, signal, false);
      for (let refusals = 0; ; ) {
        const earlier = [...sessions];
        const session: ServerSession = { reply: 'none' };
        sessions.add(session);
        try {
          const channel = await open();
          accept(session);
          const release = (): void => {
            if (sessions.delete(session)) leave(kind);
          };
          return { channel, release };
        } catch (thrown) {
          sessions.delete(session);
          if (!isOpenFailure(thrown)) {
            leave(kind);
            throw thrown;
          }
          session.reply = 'refused';
          const held = heldAmong(earlier);
          const pauseMs = REOPEN_MS[refusals];
          if (refusals >= REFUSALS_BEFORE_LIMIT && held > 0) lowerLimit(held);
          if (isOver()) {
            const again = place(kind, signal, true);
            leave(kind);
            await again;
            refusals = 0;
            continue;
          }
          try {
            if (held === 0 && pauseMs === undefined) throw channelRefusedError(thrown instanceof Error ? thrown.message : String(thrown));
            await sleep(pauseMs ?? LAST_REOPEN_MS, signal);
          } catch (ending) {
            leave(kind);
            throw ending;
          }
          refusals += 1;
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
