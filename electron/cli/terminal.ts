/** What is read of a terminal, as tty.ReadStream has it. */
interface TerminalInput {
  setRawMode(isRaw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  off(event: 'data', listener: (text: string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** A terminal with a person at it. */
export interface Terminal {
  /** Shows a question and returns the typed line; null = cancelled. */
  ask(question: string, signal?: AbortSignal): Promise<string | null>;
  /** As `ask`, without showing what is typed. */
  askSecret(question: string, signal?: AbortSignal): Promise<string | null>;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = new Set(['\u007f', '\b']);
const KILL_LINE = '\u0015';
const MAX_TYPED_CHARS = 1024;

/** The terminal of this process; questions go to stderr, so that stdout holds only the result. `onInterrupt` is called for Ctrl+C. */
export function openTerminal(o: {
  readonly input: TerminalInput;
  readonly write: (text: string) => void;
  readonly onInterrupt: () => void;
}): Terminal {
  let turn: Promise<unknown> = Promise.resolve();

  const read = (question: string, isShown: boolean, signal: AbortSignal | undefined): Promise<string | null> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve(null);
      let typed = '';
      let hasEnded = false;
      const end = (line: string | null): void => {
        hasEnded = true;
        o.input.off('data', onData);
        signal?.removeEventListener('abort', onAbort);
        o.input.setRawMode(false);
        o.input.pause();
        o.write('\n');
        resolve(line);
      };
      const onAbort = (): void => end(null);
      const onCharacter = (character: string): void => {
        if (character === '\r' || character === '\n') end(typed);
        else if (character === CTRL_D) end(typed === '' ? null : typed);
        else if (character === CTRL_C) {
          end(null);
          o.onInterrupt();
        } else if (ERASE.has(character)) {
          if (isShown && typed !== '') o.write('\b \b');
          typed = [...typed].slice(0, -1).join('');
        } else if (character === KILL_LINE) {
          if (isShown) o.write('\b \b'.repeat([...typed].length));
          typed = '';
        } else if (character >= ' ' && typed.length < MAX_TYPED_CHARS) {
          typed += character;
          if (isShown) o.write(character);
        }
      };
      const onData = (text: string): void => {
        for (const character of text) if (!hasEnded) onCharacter(character);
      };
      o.write(question);
      // Raw, so that the terminal itself shows nothing of what is typed.
      o.input.setRawMode(true);
      o.input.setEncoding('utf8');
      o.input.on('data', onData);
      signal?.addEventListener('abort', onAbort, { once: true });
      o.input.resume();
    });
  const inTurn = (question: string, isShown: boolean, signal: AbortSignal | undefined): Promise<string | null> => {
    const mine = turn.then(() => read(question, isShown, signal));
    turn = mine;
    return mine;
  };
  return {
    ask: (question, signal) => inTurn(question, true, signal),
    askSecret: (question, signal) => inTurn(question, false, signal),
  };
}
