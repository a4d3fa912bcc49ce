/** The promise's outcome, or the signal's reason as soon as it aborts; what is promised goes on. */
export function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody may be left to hear how it fails.
  promise.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
