import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import type { RunLine as LastLine } from '../../../shared/capabilities/services/contract.ts';
import { RUN_FIELDS } from '../../../shared/host-scripts/journal.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { parseEntry } from '../journal/entry-parser.ts';

/** journald may store the last lines of a process after systemd’s line about its exit, on a busy host by seconds. */
const TRIES = 16;
const RETRY_INTERVAL_MS = 300;

/**
 * The last log lines of one run of a unit, oldest first; empty = none or unreadable. Retries while only systemd's own lines are
 * stored. Never throws.
 */
export async function lastLinesOfRun(o: {
  readonly transport: Transport;
  readonly unit: string;
  readonly invocationId: string | null;
  readonly count?: number;
}): Promise<readonly string[]> {
  const { transport, unit, invocationId, count = 40 } = o;
  if (invocationId === null || !/^[0-9a-f]{32}$/.test(invocationId)) return [];
  let entries: readonly JournalEntry[] = [];
  for (let tries = 1; ; tries += 1) {
    entries = await linesNow(transport, unit, invocationId, count).catch(() => entries);
    if (tries >= TRIES || entries.some(isOfProgram)) return entries.map(({ text }) => text);
    await pause(RETRY_INTERVAL_MS);
  }
}

async function linesNow(transport: Transport, unit: string, invocationId: string, count: number): Promise<readonly JournalEntry[]> {
  const { stdout } = await transport.exec([
    ...['journalctl', '-o', 'json', '--no-pager', `--output-fields=${RUN_FIELDS}`, '-n', String(count)],
    ...[`${ID_OF_PROCESS}=${invocationId}`, '+', `${ID_FROM_SYSTEMD}=${invocationId}`, '+', `_SYSTEMD_UNIT=${unit}`],
  ]);
  return entriesOfRun(readLines(stdout.split('\n')), invocationId);
}

const ID_OF_PROCESS = '_SYSTEMD_INVOCATION_ID';
const ID_FROM_SYSTEMD = 'INVOCATION_ID';
const RUN_OF_LINE = /"_?(?:SYSTEMD_)?INVOCATION_ID"\s{0,2}:\s{0,2}"([0-9a-f]{32})"/;
/** SD_MESSAGE_UNIT_RESTART_SCHEDULED (sd-messages.h). */
const RESTART = /"MESSAGE_ID"\s{0,2}:\s{0,2}"5eb03494b6584870a536b337290809b3"/;
/** More than is requested of a host. */
const MAX_LINES = 1_000;

interface RunLine {
  /**
   * Null = none: journald reads the run of a process from a file that systemd removes at the end of the unit, so that the last lines of a
   * short run often have none (one in five, systemd 252).
   */
  readonly run: string | null;
  /** systemd's own line that it starts the unit again by itself. */
  readonly isRestart: boolean;
  readonly entry: JournalEntry;
}

const readLines = (lines: readonly string[]): readonly RunLine[] =>
  lines.slice(-MAX_LINES).flatMap((line) => {
    const entry = line === '' ? null : parseEntry(line);
    return entry === null ? [] : [{ run: RUN_OF_LINE.exec(line)?.[1] ?? null, isRestart: RESTART.test(line), entry }];
  });

const isOfProgram = ({ identifier }: JournalEntry): boolean => identifier !== 'systemd';

/** From the first line that is known to be of the run, with those of no known run. */
function entriesOfRun(lines: readonly RunLine[], invocationId: string): readonly JournalEntry[] {
  const first = firstOf(lines, invocationId);
  if (first < 0) return [];
  return lines.slice(first).flatMap(({ run, entry }) => (run === invocationId || run === null ? [entry] : []));
}

/**
 * The log lines of the newest run of a unit, oldest first, of lines of `journalctl -o json` with {@link RUN_FIELDS}. A run that systemd began by
 * itself and whose program logged nothing yet has the lines of the run before, which is why it was begun. Never throws.
 */
export function linesOfNewestRun(journal: readonly string[]): readonly string[] {
  return newestRun(readLines(journal)).flatMap(({ text }) => text.split('\n'));
}

/** The newest lines of a unit's newest run, oldest first. Throws what exec throws. */
export async function readLastLines(transport: Transport, unit: string, count: number): Promise<LastLine[]> {
  const { stdout } = await transport.exec([
    ...['journalctl', '-o', 'json', '--no-pager', `--output-fields=${RUN_FIELDS}`, '-n', String(MAX_LINES / 4), '-u', unit],
  ]);
  return newestRun(readLines(stdout.split('\n')))
    .slice(-count)
    .map((entry) => ({ at: entry.at, severity: entry.severity, text: entry.text, isOfProgram: isOfProgram(entry) }));
}

function newestRun(lines: readonly RunLine[]): readonly JournalEntry[] {
  const run = newestId(lines);
  if (run === null) return [];
  const entries = entriesOfRun(lines, run);
  const before = lines.slice(0, firstOf(lines, run));
  const previous = newestId(before);
  const isBegunBySystemd = previous !== null && before.slice(firstOf(before, previous)).some(({ isRestart }) => isRestart);
  if (entries.some(isOfProgram) || !isBegunBySystemd) return entries;
  const earlier = newestRun(before);
  return earlier.some(isOfProgram) ? earlier : entries;
}

const newestId = (lines: readonly RunLine[]): string | null => lines.findLast(({ run }) => run !== null)?.run ?? null;
const firstOf = (lines: readonly RunLine[], id: string): number => lines.findIndex(({ run }) => run === id);
