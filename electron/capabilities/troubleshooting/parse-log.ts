import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';

/** One line of journalctl's short-unix output. */
export interface LogLine {
  readonly at: number;
  /** `systemd` for what the service manager logged of a unit. */
  readonly program: string;
  readonly text: string;
}

const MAX_LINES = 5_000;
const MAX_RAW_CHARS = 16_000;
/** `TIME.FRACTION HOST PROGRAM[PID]: `. */
const HEAD = /^(\d{9,11})\.(\d{1,9}) \S{1,255} ([^:[\s]{1,100})(?:\[\d{1,10}\])?: /;

/** Lines with their time by a clock that is `offsetMs` ahead of this one; what is no line is left out. Linear. */
export function parseLogLines(lines: readonly string[], offsetMs: number): readonly LogLine[] {
  return lines.slice(-MAX_LINES).flatMap((line) => {
    const raw = line.slice(0, MAX_RAW_CHARS);
    const head = HEAD.exec(raw.slice(0, 500));
    if (head === null) return [];
    const [whole, seconds, fraction, program = ''] = head;
    const at = Number(`${seconds}.${fraction}`) * 1000 - offsetMs;
    return [{ at, program, text: plainText(raw.slice(whole.length), MAX_SENTENCE_CHARS) }];
  });
}
