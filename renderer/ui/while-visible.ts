/**
 * Calls `run` every `everyMs` while the window is visible, and at once when it becomes visible again: a hidden window is not drawn, and
 * uses no battery. Returns a function that ends the calls.
 */
export function everyWhileVisible(everyMs: number, run: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | null = null;
  const rest = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const begin = (): void => {
    timer ??= setInterval(run, everyMs);
  };
  const onVisibility = (): void => {
    if (document.hidden) {
      rest();
      return;
    }
    if (timer === null) run();
    begin();
  };
  document.addEventListener('visibilitychange', onVisibility);
  if (!document.hidden) begin();
  return () => {
    rest();
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
