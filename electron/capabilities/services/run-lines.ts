import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { JOURNAL_FIELDS } from '../../../shared/host-scripts/journal.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { parseEntry } from '../journal/entry-parser.ts';

/** journald may store the last lines of a process after systemd's line about its exit. */
const TRIES = 5;
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
    if (tries >= TRIES || entries.some(({ identifier }) => identifier !== 'systemd')) return entries.map(({ text }) => text);
    await pause(RETRY_INTERVAL_MS);
  }
}

async function linesNow(transport: Transport, unit: string, invocationId: string, count: number): Promise<readonly JournalEntry[]> {
  const { stdout } = await transport.exec([
    ...['journalctl', '-o', 'json', '--no-pager', `--output-fields=${JOURNAL_FIELDS},${ID_FROM_SYSTEMD}`, '-n', String(count)],
    ...[`${ID_OF_PROCESS}=${invocationId}`, '+', `${ID_FROM_SYSTEMD}=${invocationId}`, '+', `_SYSTEMD_UNIT=${unit}`],
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const first = lines.findIndex((line) => runOf(line) === invocationId);
  if (first < 0) return [];
  return lines.slice(first).flatMap((line) => ([invocationId, null].includes(runOf(line)) ? (parseEntry(line) ?? []) : []));
}

const ID_OF_PROCESS = '_SYSTEMD_INVOCATION_ID';
const ID_FROM_SYSTEMD = 'INVOCATION_ID';
const RUN_OF_LINE = /"_?(?:SYSTEMD_)?INVOCATION_ID"\s{0,2}:\s{0,2}"([0-9a-f]{32})"/;

/**
 * The run of a line of `journalctl -o json`; null = none. journald reads the run of a process from a file that systemd removes at the
 * end of the unit, so that the last lines of a short run often have none (one in five, systemd 252).
 */
const runOf = (line: string): string | null => RUN_OF_LINE.exec(line)?.[1] ?? null;
