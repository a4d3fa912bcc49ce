import { closeSync, constants, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { plainLines } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';

/** What every room writes to. `event` is a short dotted name; facts are small and hold no secrets. Never throws. */
export interface Logger {
  debug(event: string, facts?: Readonly<Record<string, unknown>>): void;
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
  error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Fields that never reach the disk, wherever they turn up in a record's facts. */
const SECRET_FIELDS = ['password', 'passphrase', 'secret', 'token', 'privateKey', 'authorization', 'answers', 'stdin'];
const MAX_FACT_CHARS = 8_192;
const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** Lines that wait in memory while the disk refuses; the oldest are dropped. */
const MAX_WAITING_LINES = 500;

export interface FileLoggerOptions {
  /** Gets the error when a line cannot be written, with a retry that throws; null when writing works again. */
  readonly onProblem?: (cause: unknown, retry: () => void) => void;
  readonly maxBytes?: number;
}

/** Facts as they may lie on the disk: texts of hosts and servers without tokens, and cut. */
function presentable(facts: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? redactSecrets(plainLines(fact, MAX_FACT_CHARS)) : fact]),
  );
}

/**
 * A logger that appends JSON lines to `file`, with secret fields removed; a file over 5 MiB is moved to `file.1`. It never throws: what
 * logs is often a failure path. Lines that the disk refuses wait in memory and are written with the next one that it takes.
 */
export function createFileLogger(file: string, options: FileLoggerOptions = {}): Logger {
  const sink = createLineFile(file, options);
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[removed]' },
    },
    { write: sink },
  );
  const at =
    (level: keyof Logger): Logger[keyof Logger] =>
    (event, facts) => {
      try {
        log[level](presentable(facts), event);
      } catch (cause) {
        // Facts that cannot be written as JSON: the event itself is still worth a line.
        sink(`${JSON.stringify({ level, msg: event, unloggable: String(cause) })}\n`);
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Appends lines to a file; never throws. */
function createLineFile(file: string, { onProblem, maxBytes = MAX_LOG_BYTES }: FileLoggerOptions): (line: string) => void {
  let descriptor: number | null = null;
  let size = 0;
  let waiting: string[] = [];
  let dropped = 0;
  let isTorn = false;
  let isInTrouble = false;

  const open = (): number => {
    mkdirSync(dirname(file), { recursive: true });
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
    // Without O_NONBLOCK a named pipe in its place would block the process until another process reads it.
    const opened = openSync(file, O_WRONLY | O_APPEND | O_CREAT | (O_NONBLOCK ?? 0), 0o600);
    size = fstatSync(opened).size;
    return opened;
  };
  const close = (): void => {
    if (descriptor === null) return;
    const closing = descriptor;
    descriptor = null;
    closeSync(closing);
  };
  const append = (line: string): void => {
    descriptor ??= open();
    if (size > maxBytes) {
      close();
      renameSync(file, `${file}.1`);
      descriptor = open();
    }
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      isTorn = false;
    } finally {
      size += written;
      if (written > 0 && written < bytes.length) isTorn = true;
    }
  };
  const report = (cause: unknown): void => {
    const isNow = cause !== null;
    if (isNow === isInTrouble) return;
    isInTrouble = isNow;
    try {
      onProblem?.(cause, writeWaiting);
    } catch {
      // Who listens has no better place to log to than this one.
    }
  };

  function writeWaiting(): void {
    if (dropped > 0) append(`${JSON.stringify({ msg: 'log.lines-dropped', dropped })}\n`);
    dropped = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      append(next);
      waiting.shift();
    }
    report(null);
  }

  return (line) => {
    waiting.push(line);
    try {
      writeWaiting();
    } catch (cause) {
      try {
        // Opened again for the next line: the folder may be another one then.
        close();
      } catch {
        // It is closed for us either way.
      }
      if (waiting.length > MAX_WAITING_LINES) {
        dropped += waiting.length - MAX_WAITING_LINES;
        waiting = waiting.slice(-MAX_WAITING_LINES);
      }
      report(cause);
    }
  };
}
