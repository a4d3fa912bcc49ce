/** The promise's outcome, or the signal's reason as soon as it aborts; the promised work continues. */
export function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // A late rejection must not be unhandled.
  promise.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
