import { homedir } from 'node:os';
import type { CommandLine } from './command-line.ts';
import { openTerminal } from './terminal.ts';

/** What every program of a terminal has of its process; `onLeave` says what a second Ctrl+C leaves behind. */
export function openProcess(o: {
  readonly onInterrupt: string;
  readonly onLeave: string;
}): Omit<CommandLine, 'shippedFolder' | 'labScript'> {
  const interruption = new AbortController();
  const { stdin, stderr } = process;
  const note = (line: string): void => void stderr.write(`${line}\n`);
  /** The first Ctrl+C cancels, the second one leaves. */
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      note(`\n${o.onLeave}`);
      process.exit(1);
    }
    interruption.abort();
    note(`\n${o.onInterrupt}`);
  };
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
    interrupted: interruption.signal,
  };
}

/** Ends the process once everything that was printed is written: stdout of a pipe is written later than it is called. */
export function exitWith(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}

export const CHECKS_WORDS = {
  onInterrupt: 'Cancelling. Press Ctrl+C again to leave at once.',
  onLeave: 'Left. A check that was running may still end on the host.',
} as const;
