import { homedir } from 'node:os';
import type { CommandLine } from './command-line.ts';
import { cancelledError } from './errors.ts';
import { openTerminal } from './terminal.ts';

/** What a program says and ends with at Ctrl+C. */
export interface InterruptWords {
  readonly onInterrupt: string;
  /** What a second Ctrl+C leaves behind. */
  readonly onLeave: string;
  /** The exit status that a second Ctrl+C ends with. */
  readonly leaveCode: number;
}

/** The first Ctrl+C cancels, the second one leaves. */
export function createInterruption(
  o: InterruptWords,
  io: { readonly note: (line: string) => void; readonly exit: (code: number) => void },
) {
  const interruption = new AbortController();
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      io.note(`\n${o.onLeave}`);
      io.exit(o.leaveCode);
      return;
    }
    io.note(`\n${o.onInterrupt}`);
    interruption.abort(cancelledError());
  };
  return { interrupt, signal: interruption.signal };
}

/** What every program of a terminal has of its process. */
export function openProcess(o: InterruptWords): Omit<CommandLine, 'shippedFolder' | 'labScript'> {
  const { stdin, stderr } = process;
  const note = (line: string): void => void stderr.write(`${line}\n`);
  const { interrupt, signal } = createInterruption(o, { note, exit: (code) => process.exit(code) });
  process.on('SIGINT', interrupt);
  const terminal =
    stdin.isTTY === true && stderr.isTTY === true
      ? openTerminal({ input: stdin, write: (text) => void stderr.write(text), onInterrupt: interrupt })
      : null;
  return {
    terminal,
    print: (line) => void process.stdout.write(`${line}\n`),
    note,
    homeFolder: process.env['HOME'] ?? process.env['USERPROFILE'] ?? homedir(),
    // npm runs scripts in the package's folder, whatever folder it was called from.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    environment: process.env,
    platform: process.platform,
    interrupted: signal,
  };
}

/** Ends the process once everything that was printed is written: stdout of a pipe is written later than it is called. */
export function exitWith(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}

export const CHECKS_WORDS = {
  onInterrupt: 'Cancelling. Press Ctrl+C again to leave at once.',
  onLeave: 'Left. A check that was running may still end on the host.',
  leaveCode: 3,
} as const satisfies InterruptWords;
