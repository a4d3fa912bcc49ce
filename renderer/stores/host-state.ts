import { replaceEqualDeep } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { OfHost } from '../../shared/contract/define.ts';
import type { HostBridge } from '../../shared/contract/index.ts';
import { bridgeOf } from '../bridge.ts';
import { useHostId } from './host-context.tsx';
import { createHostStore } from './host-store.ts';
import { addErrorNotice } from './notices.ts';
import { readWhenShown } from './reconcile.ts';

/** State of each host that the main process pushes when it changes. */
export interface HostState<T> {
  /** As it was reported last, of the host that the component is about. */
  useState(): T;
  /** Part of it; pass the selector through useShallow where it makes a new object. */
  usePart<U>(select: (state: T) => U): U;
  of(hostId: string | null): T;
  take(hostId: string, state: T): void;
  /** Does something to the host of the component, and takes the state that comes of it. */
  useChange(): {
    /** Throws what the call throws. */
    run(work: (host: HostBridge) => Promise<T>): Promise<void>;
    /** The same where a failure belongs in the status line. */
    attempt(work: (host: HostBridge) => Promise<T>): void;
  };
}

/** `initial` is shown until the first answer. Subscribes for as long as the window lives. */
export function createHostState<T>(o: {
  readonly initial: T;
  readonly read: (host: HostBridge) => Promise<T>;
  readonly onChanged: (listener: (changed: OfHost<T>) => void) => () => void;
}): HostState<T> {
  const store = createHostStore<{ readonly state: T }>({ state: o.initial });
  const take = (hostId: string, reported: T): void =>
    store.update(hostId, ({ state: before }) => {
      // Most reports repeat most of the previous report: equal parts stay the same object, and are not drawn anew.
      const state = replaceEqualDeep(before, reported);
      return state === before ? null : { state };
    });
  o.onChanged(({ hostId, value }) => take(hostId, value));
  readWhenShown(async (hostId) => take(hostId, await o.read(bridgeOf(hostId))));
  return {
    useState: () => store.use(({ state }) => state),
    usePart: (select) => store.use(({ state }) => select(state)),
    of: (hostId) => store.of(hostId).state,
    take,
    useChange: () => {
      const hostId = useHostId();
      return useMemo(() => {
        const run = async (work: (host: HostBridge) => Promise<T>): Promise<void> => {
          if (hostId !== null) take(hostId, await work(bridgeOf(hostId)));
        };
        return { run, attempt: (work) => void run(work).catch(addErrorNotice) };
      }, [hostId]);
    },
  };
}
