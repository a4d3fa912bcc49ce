import { JOURNAL_FIELDS } from '../../shared/host-scripts/journal.ts';
import { parseEntry } from '../journal/entry-parser.ts';
import type { Transport } from '../ssh/transport.ts';

/** The last log lines of one run of a unit, oldest first; empty when there are none or they cannot be read. Never throws. */
export async function lastLinesOfRun(transport: Transport, invocationId: string | null, count = 40): Promise<readonly string[]> {
  if (invocationId === null || !/^[0-9a-f]{32}$/.test(invocationId)) return [];
  try {
    const answer = await transport.exec([
      'journalctl',
      '-o',
      'json',
      '--no-pager',
      `--output-fields=${JOURNAL_FIELDS}`,
      '-n',
      String(count),
      `_SYSTEMD_INVOCATION_ID=${invocationId}`,
      '+',
      `INVOCATION_ID=${invocationId}`,
    ]);
    return answer.stdout.split('\n').flatMap((line) => {
      const entry = line === '' ? null : parseEntry(line);
      return entry === null ? [] : [entry.text];
    });
  } catch {
    return [];
  }
}
