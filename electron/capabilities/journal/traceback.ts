/** The state of parsing a Python traceback line by line. `cursor` is the cursor of its first line. */
export type TracebackState =
  | { readonly kind: 'none' }
  | { readonly kind: 'frames'; readonly cursor: string; readonly strangers: number }
  /** The line of the exception was read; a chained traceback may follow. */
  | { readonly kind: 'ended'; readonly cursor: string };

export const NO_TRACEBACK: TracebackState = { kind: 'none' };

const START = /Traceback \(most recent call last\):\s*$/;
const CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/;
/** `ValueError: …`, `torch.cuda.OutOfMemoryError: …`, `KeyboardInterrupt`. */
const EXCEPTION = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::.*)?$/;
/** Lines of other threads between the frames before the traceback ends. */
const MAX_STRANGERS = 10;

/**
 * One step of grouping a traceback that arrives as one record per line. Pure. Returns the new state, and the cursor of the
 * group if the line belongs to it. Each process needs a separate state.
 */
export function stepTraceback(
  state: TracebackState,
  line: { readonly cursor: string; readonly text: string },
): { readonly state: TracebackState; readonly groupCursor: string | null } {
  const { text } = line;
  if (state.kind === 'none') {
    if (!START.test(text)) return { state, groupCursor: null };
    return { state: { kind: 'frames', cursor: line.cursor, strangers: 0 }, groupCursor: line.cursor };
  }
  const { cursor } = state;
  if (state.kind === 'ended') {
    if (text.trim() === '') return { state, groupCursor: cursor };
    if (CHAIN.test(text)) return { state: { kind: 'frames', cursor, strangers: 0 }, groupCursor: cursor };
    return stepTraceback(NO_TRACEBACK, line);
  }
  if (START.test(text) || text.trim() === '' || /^\s/.test(text) || CHAIN.test(text)) {
    return { state: { kind: 'frames', cursor, strangers: 0 }, groupCursor: cursor };
  }
  if (EXCEPTION.test(text)) return { state: { kind: 'ended', cursor }, groupCursor: cursor };
  const strangers = state.strangers + 1;
  return { state: strangers > MAX_STRANGERS ? NO_TRACEBACK : { ...state, strangers }, groupCursor: null };
}
