import type { JournalRecord } from '../systemd/journal.ts';

/** A parsed query of journalctl. Times in microseconds of the host clock. */
export interface JournalQuery {
  readonly units: readonly string[];
  readonly kernel: boolean;
  readonly maxPriority: number | null;
  /** Alternatives (`A + B`), each a list of FIELD=VALUE that must all hold. */
  readonly matches: readonly (readonly string[])[];
  readonly follow: boolean;
  readonly reverse: boolean;
  /** Number of records; null = all. `undefined` = not given. */
  readonly lines: number | null | undefined;
  readonly cursor: string | null;
  readonly afterCursor: string | null;
  readonly sinceUs: number | null;
  readonly untilUs: number | null;
  readonly output: 'json' | 'cat' | 'short' | 'short-unix';
  readonly fields: readonly string[] | null;
  readonly boot: boolean;
  /** Part of the message; the lab supports plain text only. */
  readonly grep: string | null;
  readonly quiet: boolean;
  /** The cursor of the last record is printed at the end. */
  readonly showCursor: boolean;
}

/** Parses journalctl's options (journalctl(1)) at a time of the host clock; a string is the error message of a wrong option. */
export function parseJournalQuery(args: readonly string[], nowMs: number): JournalQuery | string {
  const units: string[] = [];
  const matches: string[][] = [[]];
  let query: Omit<JournalQuery, 'units' | 'matches'> = {
    kernel: false,
    maxPriority: null,
    follow: false,
    reverse: false,
    lines: undefined,
    cursor: null,
    afterCursor: null,
    sinceUs: null,
    untilUs: null,
    output: 'short',
    fields: null,
    boot: false,
    grep: null,
    quiet: false,
    showCursor: false,
  };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const long = /^(--[a-z-]+)(?:=(.*))?$/s.exec(arg);
    const short = /^-([a-zA-Z])(.*)$/s.exec(arg);
    const name = long?.[1] ?? (short === null ? '' : `-${short[1] ?? ''}`);
    const joined = long === null ? short?.[2] || undefined : long[2];
    const value = (): string => {
      if (joined !== undefined) return joined;
      index += 1;
      return args[index] ?? '';
    };
    if (name === '-u' || name === '--unit') units.push(value());
    else if (name === '-o' || name === '--output') query = { ...query, output: outputOf(value()) };
    else if (name === '-n' || name === '--lines') {
      const word = value();
      if (word !== 'all' && !/^\d+$/.test(word)) return `Failed to parse lines '${word}'`;
      query = { ...query, lines: word === 'all' ? null : Number(word) };
    } else if (name === '-p' || name === '--priority') query = { ...query, maxPriority: Number(value()) };
    else if (name === '-f' || name === '--follow') query = { ...query, follow: true };
    else if (name === '-r' || name === '--reverse') query = { ...query, reverse: true };
    else if (name === '-k' || name === '--dmesg') query = { ...query, kernel: true, boot: true };
    else if (name === '-b' || name === '--boot') query = { ...query, boot: true };
    else if (name === '--grep' || name === '-g') query = { ...query, grep: value() };
    else if (name === '-q' || name === '--quiet') query = { ...query, quiet: true };
    else if (name === '--show-cursor') query = { ...query, showCursor: true };
    else if (name === '--cursor' || name === '-c') query = { ...query, cursor: value() };
    else if (name === '--after-cursor') query = { ...query, afterCursor: value() };
    else if (name === '--output-fields') query = { ...query, fields: value().split(',') };
    else if (name === '--since' || name === '-S' || name === '--until' || name === '-U') {
      const us = parseTime(value(), nowMs);
      if (us === null) return 'Failed to parse timestamp: Invalid argument';
      query = name === '--since' || name === '-S' ? { ...query, sinceUs: us } : { ...query, untilUs: us };
    } else if (arg === '+') matches.push([]);
    else if (/^[A-Z_]+=/.test(arg)) matches.at(-1)?.push(arg);
    else if (!['--no-pager', '-a', '--all', '-m', '--utc', '--no-hostname', '--no-tail'].includes(arg)) {
      return `journalctl: unrecognized option '${arg}'`;
    }
  }
  return { ...query, units, matches: matches.filter((alternative) => alternative.length > 0) };
}

const outputOf = (word: string): JournalQuery['output'] => (word === 'json' || word === 'cat' || word === 'short-unix' ? word : 'short');

/** `@SECONDS[.FRACTION]`, `-MINUTESmin` or ISO-like local (here UTC) time, in microseconds. */
function parseTime(text: string, nowMs: number): number | null {
  const minutes = /^-(\d{1,6})min$/.exec(text)?.[1];
  if (minutes !== undefined) return (nowMs - Number(minutes) * 60_000) * 1000;
  const unix = /^@(\d+)(?:\.(\d{1,6})\d*)?$/.exec(text);
  if (unix !== null) return Number(unix[1]) * 1_000_000 + Number((unix[2] ?? '').padEnd(6, '0'));
  const parsed = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(parsed) ? null : parsed * 1000;
}

/** A field of a record by its journal name; null = the record has none. */
export function fieldOf(record: JournalRecord, name: string): string | null {
  switch (name) {
    case 'MESSAGE':
      return record.message;
    case 'PRIORITY':
      return String(record.priority);
    case 'SYSLOG_IDENTIFIER':
      return record.identifier;
    case '_PID':
      return record.transport === 'kernel' ? null : String(record.pid);
    case '_SYSTEMD_UNIT':
      return record.unit;
    case '_SYSTEMD_INVOCATION_ID':
      return record.invocationId;
    case '_TRANSPORT':
      return record.transport;
    case '_BOOT_ID':
      return record.bootId;
    case '_HOSTNAME':
      return 'ada2';
    case '_SYSTEMD_CGROUP':
      return record.unit === null ? null : `/system.slice/${record.unit}`;
    default:
      return record.fields[name] ?? null;
  }
}

/** Whether a record matches the query, apart from cursors. */
export function isWanted(record: JournalRecord, query: JournalQuery, bootId: string): boolean {
  if (query.kernel !== (record.transport === 'kernel') && (query.kernel || query.units.length > 0)) return false;
  if (query.grep !== null && !record.message.includes(query.grep)) return false;
  if (query.boot && record.bootId !== bootId) return false;
  if (query.maxPriority !== null && record.priority > query.maxPriority) return false;
  if (query.units.length > 0 && !query.units.some((unit) => record.unit === unit || record.fields['UNIT'] === unit)) return false;
  if (query.sinceUs !== null && record.realtimeUs < query.sinceUs) return false;
  if (query.untilUs !== null && record.realtimeUs > query.untilUs) return false;
  if (query.matches.length === 0) return true;
  return query.matches.some((alternative) =>
    alternative.every((match) => {
      const equals = match.indexOf('=');
      return fieldOf(record, match.slice(0, equals)) === match.slice(equals + 1);
    }),
  );
}
