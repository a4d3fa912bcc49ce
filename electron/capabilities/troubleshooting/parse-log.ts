import { readJournalLine } from '../../foundation/host-reader/log-lines.ts';

/** One line of a log, with its time by this computer's clock. */
export interface LogLine {
  readonly at: number;
  /** `systemd` for what the service manager logged of a unit. */
  readonly program: string;
  readonly text: string;
}

/** The newest lines of a service that are read. */
export const MAX_LOG_LINES = 800;

const MAX_LINES = 5_000;

/** Lines with their time by a clock that is `offsetMs` ahead of this one; what is no line is left out. Linear. */
export function parseLogLines(lines: readonly string[], offsetMs: number): readonly LogLine[] {
  return lines.slice(-MAX_LINES).flatMap((line) => {
    const read = readJournalLine(line);
    return read === null ? [] : [{ at: read.atMs - offsetMs, program: read.program, text: read.text }];
  });
}
