import { create } from 'zustand';
import { useHostId } from './host-context.tsx';

/** Some state of every host. */
export interface HostStore<S extends object> {
  /** Part of the state of the host that the component is about, or of the named one; the initial state where there is no host. */
  use<T>(select: (state: S) => T, hostId?: string): T;
  of(hostId: string | null): S;
  /** `change` gives the parts that change, or null when nothing does. */
  update(hostId: string, change: (state: S) => Partial<S> | null): void;
  /** Called after every change of any host; returns its unsubscribe. */
  onChange(listener: () => void): () => void;
}

/** `initial` is the state of a host of which nothing was reported yet. */
export function createHostStore<S extends object>(initial: S): HostStore<S> {
  const useStore = create<{ readonly byHost: Readonly<Record<string, S>> }>(() => ({ byHost: {} }));
  const ofHost = (byHost: Readonly<Record<string, S>>, hostId: string | null): S =>
    (hostId === null ? undefined : byHost[hostId]) ?? initial;
  return {
    use: (select, named) => {
      const ofComponent = useHostId();
      const hostId = named ?? ofComponent;
      return useStore((store) => select(ofHost(store.byHost, hostId)));
    },
    onChange: (listener) => useStore.subscribe(listener),
    of: (hostId) => ofHost(useStore.getState().byHost, hostId),
    update: (hostId, change) =>
      useStore.setState((store) => {
        const before = ofHost(store.byHost, hostId);
        const part = change(before);
        return part === null ? store : { byHost: { ...store.byHost, [hostId]: { ...before, ...part } } };
      }),
  };
}
