import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';

/** One line of journalctl's short-unix output, as the requests `log` and `kernellog` answer. */
export interface JournalLine {
  /** Epoch ms of the host's clock. */
  readonly atMs: number;
  /** `kernel`; `systemd` for what the service manager logged of a unit. */
  readonly program: string;
  readonly text: string;
}

const MAX_RAW_CHARS = 16_000;
const MAX_HEAD_CHARS = 500;
/** `TIME.FRACTION HOST PROGRAM[PID]: `. */
const HEAD = /^(\d{1,12}(?:\.\d{1,9})?) \S{1,255} ([^:[]{1,100})(?:\[\d{1,10}\])?: /;

/** Reads one line; null = no entry. Linear. */
export function readJournalLine(line: string): JournalLine | null {
  const raw = line.slice(0, MAX_RAW_CHARS);
  const [head, seconds, program] = HEAD.exec(raw.slice(0, MAX_HEAD_CHARS)) ?? [];
  if (head === undefined || program === undefined) return null;
  return { atMs: Number(seconds) * 1000, program: plainText(program), text: plainText(raw.slice(head.length), MAX_SENTENCE_CHARS) };
}
