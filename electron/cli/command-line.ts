import type { Terminal } from './terminal.ts';

/** What the program has of the computer that it runs on. */
export interface CommandLine {
  /** Null = nobody is there to answer. */
  readonly terminal: Terminal | null;
  /** One line of the result. */
  readonly print: (line: string) => void;
  /** One line beside the result: questions, errors, and the progress where the result is JSON. */
  readonly note: (line: string) => void;
  readonly homeFolder: string;
  /** Relative paths of the arguments begin here. */
  readonly folder: string;
  /** The built images shim. */
  readonly shippedFolder: string;
  /** The built lab. */
  readonly labScript: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Aborts at the first Ctrl+C: the run ends at its next safe point. */
  readonly interrupted: AbortSignal;
}
