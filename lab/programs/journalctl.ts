import type { Journal, JournalRecord } from '../systemd/journal.ts';
import { fieldOf, isWanted, type JournalQuery, parseJournalQuery } from './journal-query.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { PIPE_BROKE, TERMINATED } from './process.ts';

const DEFAULT_FIELDS = [
  'SYSLOG_IDENTIFIER',
  '_PID',
  'PRIORITY',
  '_HOSTNAME',
  '_TRANSPORT',
  '_SYSTEMD_UNIT',
  '_SYSTEMD_CGROUP',
  '_SYSTEMD_INVOCATION_ID',
  'UNIT',
  'INVOCATION_ID',
  'MESSAGE_ID',
  'UNIT_RESULT',
  'EXIT_CODE',
  'EXIT_STATUS',
  'MESSAGE',
];
const FOLLOWED_BY_DEFAULT = 10;
const RECORDS_A_WRITE = 400;
const NOT_PERMITTED =
  "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n";

/** journalctl of systemd 255 with `-o json`: units, matches, cursors, times, following. */
export const journalctl: Program = async (process, machine) => {
  const query = parseJournalQuery(process.argv.slice(1), machine.simulation.hostNow());
  if (typeof query === 'string') {
    await process.stderr.write(`${query}\n`);
    return 1;
  }
  const { journal } = machine.simulation;
  const isForbidden = machine.simulation.faults.has('journal-not-permitted') && process.user !== 'root';
  // With -o json journalctl is quiet.
  if (isForbidden && query.output !== 'json' && !query.quiet) await process.stderr.write(NOT_PERMITTED);
  const place = placeOf(query, journal);
  if (place === null) {
    await process.stderr.write('Failed to seek to cursor: Invalid argument\n');
    return 1;
  }
  // Records that are appended while the first part is printed belong to the followed part.
  let nextSequence = journal.endSequence;
  const first = isForbidden ? [] : select(query, journal.records, place, machine.simulation.bootId);
  if (!(await print(first, query, process, machine))) return TERMINATED;
  if (!query.follow) {
    const last = first.at(-1);
    if (query.showCursor && last !== undefined) await process.stdout.write(`-- cursor: ${journal.cursorOf(last)}\n`);
    if (first.length === 0 && query.output === 'short') await process.stdout.write('-- No entries --\n');
    return first.length === 0 && query.grep !== null ? 1 : 0;
  }
  const ended = AbortSignal.any([process.killed, process.stdout.closed, machine.power]);
  // A reboot ends the follower, so that followed records need no check of their boot.
  const following = { ...query, boot: false };
  while (!ended.aborted) {
    const { records } = journal;
    const from = journal.indexOf(nextSequence);
    const fresh = (isForbidden ? [] : records.slice(from)).filter((record) => isWanted(record, following, machine.simulation.bootId));
    nextSequence = journal.endSequence;
    if (!(await print(fresh, query, process, machine))) return TERMINATED;
    if (nextSequence === journal.endSequence) await journal.appended(ended);
  }
  return process.stdout.closed.aborted ? PIPE_BROKE : TERMINATED;
};

interface Place {
  readonly index: number;
  /** Whether the record at `index` is included. */
  readonly inclusive: boolean;
}

/** The index of the cursor; undefined = no cursor given, null = malformed cursor. */
function placeOf(query: JournalQuery, journal: Journal): Place | undefined | null {
  const cursor = query.afterCursor ?? query.cursor;
  if (cursor === null) return undefined;
  const found = journal.seek(cursor);
  if (found === null) return null;
  return { index: found.index, inclusive: query.afterCursor === null || !found.exact };
}

function select(
  query: JournalQuery,
  records: readonly JournalRecord[],
  place: Place | undefined,
  bootId: string,
): readonly JournalRecord[] {
  const forward = !query.reverse;
  const lines = query.lines === undefined ? (query.follow ? FOLLOWED_BY_DEFAULT : null) : query.lines;
  let pool = records;
  if (place !== undefined) {
    pool = forward
      ? records.slice(place.inclusive ? place.index : place.index + 1)
      : records.slice(0, place.inclusive ? place.index + 1 : place.index);
  }
  const found: JournalRecord[] = [];
  // Without -f a cursor makes -n count from the cursor on; otherwise -n means the newest records.
  const fromCursor = place !== undefined && !query.follow && forward;
  if (fromCursor || lines === null) {
    for (const record of pool) {
      if (lines !== null && found.length >= lines) break;
      if (isWanted(record, query, bootId)) found.push(record);
    }
    return forward ? found : found.reverse();
  }
  for (let index = pool.length - 1; index >= 0 && found.length < lines; index -= 1) {
    const record = pool[index];
    if (record !== undefined && isWanted(record, query, bootId)) found.push(record);
  }
  return forward ? found.reverse() : found;
}

/** Prints the records; false = the process was killed meanwhile. */
async function print(records: readonly JournalRecord[], query: JournalQuery, process: LabProcess, machine: Machine): Promise<boolean> {
  const { journal } = machine.simulation;
  for (let from = 0; from < records.length; from += RECORDS_A_WRITE) {
    if (process.killed.aborted) return false;
    const lines = records.slice(from, from + RECORDS_A_WRITE).map((record) => lineOf(record, query, journal));
    await process.stdout.write(lines.join(''));
  }
  return true;
}

/** One record in the form of `-o json`: scalars are strings, a message with control bytes is an array of numbers. */
function jsonLine(record: JournalRecord, query: JournalQuery, journal: Journal): string {
  const out: Record<string, string | readonly number[]> = {
    __CURSOR: journal.cursorOf(record),
    __REALTIME_TIMESTAMP: String(record.realtimeUs),
    __MONOTONIC_TIMESTAMP: String(record.monotonicUs),
    _BOOT_ID: record.bootId,
  };
  for (const name of query.fields ?? DEFAULT_FIELDS) {
    const value = fieldOf(record, name);
    if (value !== null) out[name] = name === 'MESSAGE' && isBinary(value) ? [...Buffer.from(value)] : value;
  }
  return `${JSON.stringify(out)}\n`;
}

/** Whether journald treats a text as binary: control characters except tab and newline (utf8_is_printable_newline in utf8.c). */
function isBinary(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a) || code === 0x7f) return true;
  }
  return false;
}

function lineOf(record: JournalRecord, query: JournalQuery, journal: Journal): string {
  if (query.output === 'json') return jsonLine(record, query, journal);
  return query.output === 'cat' ? `${record.message}\n` : shortLine(record, query.output);
}

function shortLine(record: JournalRecord, output: 'short' | 'short-unix'): string {
  const stamp = new Date(record.realtimeUs / 1000).toUTCString().split(' ');
  const time = output === 'short' ? `${stamp[2] ?? ''} ${stamp[1] ?? ''} ${stamp[4] ?? ''}` : (record.realtimeUs / 1_000_000).toFixed(6);
  const who = record.transport === 'kernel' ? 'kernel' : `${record.identifier}[${record.pid}]`;
  return `${time} ada2 ${who}: ${record.message}\n`;
}
