/**
 * Calls `run` every `everyMs` while the window can be seen, and at once when it can be seen again: what nobody sees is not drawn, and
 * costs no battery. Returns what ends it.
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
