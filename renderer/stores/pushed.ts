import { create } from 'zustand';
import { sayError } from './notices.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 15_000;

/** State that the main process pushes when it changes. */
export interface Pushed<T> {
  /** As it was told last. */
  useState(): T;
  /** Does something and takes the state that comes of it. Throws what the call throws. */
  change(work: () => Promise<T>): Promise<void>;
  /** The same where a failure belongs in the status line. */
  attempt(work: () => Promise<T>): void;
  /** Subscribes and reconciles slowly; returns what ends it. Call once at start. */
  start(): () => void;
}

/** `notAsked` is shown until the first answer. */
export function createPushed<T>(o: {
  readonly notAsked: T;
  readonly read: () => Promise<T>;
  readonly onChanged: (listener: (state: T) => void) => () => void;
}): Pushed<T> {
  const useStore = create<{ readonly state: T }>(() => ({ state: o.notAsked }));
  const take = (state: T): void => useStore.setState({ state });
  const change = async (work: () => Promise<T>): Promise<void> => take(await work());
  // A round that fails is made up for by the next one, or by a push before it.
  const read = (): void => void o.read().then(take, () => {});
  return {
    useState: () => useStore((store) => store.state),
    change,
    attempt: (work) => void change(work).catch(sayError),
    start: () => {
      const stop = o.onChanged(take);
      read();
      const timer = setInterval(read, RECONCILE_EVERY_MS);
      return () => {
        clearInterval(timer);
        stop();
      };
    },
  };
}
