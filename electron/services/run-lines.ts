import type { JournalEntry } from '../../shared/contract/journal.ts';
import { JOURNAL_FIELDS } from '../../shared/host-scripts/journal.ts';
import { parseEntry } from '../journal/entry-parser.ts';
import type { Transport } from '../ssh/transport.ts';
import { pause } from './pause.ts';

/** journald may take in the last words of a process after systemd's own line that it ended. */
const TRIES = 5;
const AGAIN_MS = 300;

/**
 * The last log lines of one run of a unit, oldest first; empty when there are none or they cannot be read. Asked again for a
 * moment while only systemd's own lines are there. Never throws.
 */
export async function lastLinesOfRun(transport: Transport, invocationId: string | null, count = 40): Promise<readonly string[]> {
  if (invocationId === null || !/^[0-9a-f]{32}$/.test(invocationId)) return [];
  let entries: readonly JournalEntry[] = [];
  for (let tries = 1; ; tries += 1) {
    entries = await linesNow(transport, invocationId, count).catch(() => entries);
    if (tries >= TRIES || entries.some(({ identifier }) => identifier !== 'systemd')) return entries.map(({ text }) => text);
    await pause(AGAIN_MS);
  }
}

async function linesNow(transport: Transport, invocationId: string, count: number): Promise<readonly JournalEntry[]> {
  const { stdout } = await transport.exec([
    ...['journalctl', '-o', 'json', '--no-pager', `--output-fields=${JOURNAL_FIELDS}`, '-n', String(count)],
    ...[`_SYSTEMD_INVOCATION_ID=${invocationId}`, '+', `INVOCATION_ID=${invocationId}`],
  ]);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : (parseEntry(line) ?? [])));
}
