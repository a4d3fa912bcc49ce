import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import pino from 'pino';
import { plainLines } from '../shared/plain-text.ts';
import { redactSecrets } from '../shared/redact.ts';

/** What every room writes to. `event` is a short dotted name; facts are small and hold no secrets. */
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

/** Facts as they may lie on the disk: texts of hosts and servers without tokens, and cut. */
function presentable(facts: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'string' ? redactSecrets(plainLines(fact, MAX_FACT_CHARS)) : fact]),
  );
}

/**
 * A logger that appends JSON lines to `file`, with secret fields removed; a file over 5 MiB is moved to `file.1` first.
 */
export function createFileLogger(file: string): Logger & { flush(): void } {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  const log = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[removed]' },
    },
    destination,
  );
  return {
    debug: (event, facts) => log.debug(presentable(facts), event),
    info: (event, facts) => log.info(presentable(facts), event),
    warn: (event, facts) => log.warn(presentable(facts), event),
    error: (event, facts) => log.error(presentable(facts), event),
    flush: () => destination.flushSync(),
  };
}
