/** Calls the listeners of one kind of event. */
export interface Emitter<T> {
  /** Adds a listener and returns its unsubscribe, which may be called more than once. Needs no `this`. */
  readonly on: (listener: (value: T) => void) => () => void;
  /** Calls every listener in the order in which they were added. Needs no `this`. */
  readonly emit: (value: T) => void;
  /** Removes every listener. */
  readonly clear: () => void;
  readonly listenerCount: number;
}

/**
 * Each `on` is a separate subscription, even with a function that already listens. A listener removed while an event is
 * emitted is not called any more; one added then waits for the next event. A listener that throws stops neither the others
 * nor the emitter: its error becomes an uncaught one, which every process logs.
 */
export function createEmitter<T = void>(): Emitter<T> {
  const subscriptions = new Set<{ readonly listener: (value: T) => void }>();
  return {
    on: (listener) => {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    emit: (value) => {
      for (const subscription of [...subscriptions]) {
        if (!subscriptions.has(subscription)) continue;
        try {
          subscription.listener(value);
        } catch (thrown) {
          queueMicrotask(() => {
            throw thrown;
          });
        }
      }
    },
    clear: () => subscriptions.clear(),
    get listenerCount() {
      return subscriptions.size;
    },
  };
}
