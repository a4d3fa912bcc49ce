import { createEmitter } from '../../../shared/emitter.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import type { Transport } from '../ssh/transport.ts';
import { type Loop, startLoop } from './loop.ts';
import { whileOnline } from './while-online.ts';

/** Why reading fails, and since when it fails with this code, epoch ms. */
export interface Failure {
  readonly error: PanelError;
  readonly since: number;
  /** Whether the reading before succeeded, or failed with another code. */
  readonly isNew: boolean;
}

export interface PolledStateOptions<S> {
  /** The current state; sent to the listeners after each reading. */
  readonly state: () => S;
  /** Reads only while it is online; null = always. */
  readonly transport: Pick<Transport, 'snapshot' | 'onChange'> | null;
  readonly isWindowShown: () => boolean;
  /** While the window is hidden, the least time between two readings. */
  readonly hiddenEveryMs: number;
  readonly now: () => number;
  /** Reads once; resolves with the milliseconds until the next reading, null = no automatic reading. Leaves the state alone once aborted. */
  readonly read: (signal: AbortSignal) => Promise<number | null>;
  /** Notes why `read` threw; returns the milliseconds until the next reading, also while the window is hidden. */
  readonly onFailure: (failure: Failure) => number | null;
  /** Notes that there is no connection. */
  readonly onOffline?: () => void;
}

/** A state that is read again and again, never twice at once, and pushed to its listeners. */
export interface PolledState<S> {
  /** Sends the state to the listeners. */
  changed(): void;
  /** Reads now; resolves when that reading, or its failure, is in the state. */
  refresh(): Promise<void>;
  /** Aborts the current reading and starts a new one. */
  restart(): void;
  readonly onChange: (listener: (state: S) => void) => () => void;
  stop(): void;
}

/** Begins at once. */
export function polledState<S>(o: PolledStateOptions<S>): PolledState<S> {
  const changes = createEmitter<S>();
  let isAway = true;
  let failing: { readonly code: string; readonly since: number } | null = null;
  let loop: Loop | null = null;
  const changed = (): void => changes.emit(o.state());

  const failed = (thrown: unknown): number | null => {
    const error = toPanelError(thrown);
    const isNew = failing?.code !== error.code;
    const since = failing === null || isNew ? o.now() : failing.since;
    failing = { code: error.code, since };
    return o.onFailure({ error, since, isNew });
  };
  const turn = async (signal: AbortSignal): Promise<number | null> => {
    // What is returned below is not in the caller's hands before the next task, and its reading may call on it.
    await Promise.resolve();
    if (o.transport !== null && o.transport.snapshot.state.kind !== 'online') {
      failing = null;
      if (isAway) return null;
      isAway = true;
      o.onOffline?.();
      changed();
      return null;
    }
    isAway = false;
    let waitMs: number | null;
    try {
      const shownMs = await o.read(signal);
      if (signal.aborted) return null;
      failing = null;
      waitMs = shownMs === null || o.isWindowShown() ? shownMs : Math.max(shownMs, o.hiddenEveryMs);
    } catch (thrown) {
      if (signal.aborted) return null;
      waitMs = failed(thrown);
    }
    changed();
    return waitMs;
  };
  const refresh = async (): Promise<void> => loop?.now();
  const stopFollowing =
    o.transport === null
      ? (): void => {}
      : whileOnline(o.transport, (online) => {
          void refresh();
          online.addEventListener('abort', () => void refresh(), { once: true });
        });
  loop = startLoop(turn);
  return {
    changed,
    refresh,
    restart: () => {
      loop?.stop();
      failing = null;
      loop = startLoop(turn);
    },
    onChange: changes.on,
    stop: () => {
      loop?.stop();
      stopFollowing();
    },
  };
}
