import { useCallback } from 'react';
import { useHostId } from './host-context.tsx';
import { createHostStore } from './host-store.ts';

/** A value and its setter, as of useState. */
type PageState<T> = readonly [T, (next: T | ((before: T) => T)) => void];

/** The host's key where a page is about none. */
const NO_HOST = '';

/**
 * Makes a hook like useState for what a page shows and how: filters, the open tab, unfolded parts. The value belongs to the host
 * and stays while the window is open, also after the page was left. Call it once a module, not in a component.
 */
export function createPageState<T>(initial: T): () => PageState<T> {
  const store = createHostStore<{ readonly value: T }>({ value: initial });
  return () => {
    const hostId = useHostId() ?? NO_HOST;
    const value = store.use((state) => state.value, hostId);
    const set = useCallback(
      (next: T | ((before: T) => T)) =>
        store.update(hostId, ({ value: before }) => {
          const changed = isUpdate(next) ? next(before) : next;
          return Object.is(changed, before) ? null : { value: changed };
        }),
      [hostId],
    );
    return [value, set];
  };
}

function isUpdate<T>(next: T | ((before: T) => T)): next is (before: T) => T {
  return typeof next === 'function';
}
