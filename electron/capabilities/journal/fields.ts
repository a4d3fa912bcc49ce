import type { JournalField } from '../../../shared/capabilities/journal/contract.ts';
import { MAX_NAME_CHARS, MAX_TEXT_CHARS, plainLines, plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { fieldText } from './entry-parser.ts';
import { isBadCursor, journalUnreadableError } from './errors.ts';

const TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_FIELDS = 120;

/**
 * Every field of one entry in journald's order, without secrets; null = the entry is no longer in the journal.
 * Throws journal-unreadable and what exec throws.
 */
export async function readFields(transport: Transport, cursor: string): Promise<JournalField[] | null> {
  const argv = ['journalctl', '-o', 'json', '--no-pager', '--all', '-n', '1', `--cursor=${cursor}`];
  const answer = await transport.exec(argv, { timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_ANSWER_BYTES });
  if (answer.exitCode !== 0 && !answer.truncated) {
    if (isBadCursor(answer.stderr)) return null;
    throw journalUnreadableError(answer.exitCode, answer.stderr);
  }
  const fields = parseFields(answer.stdout.split('\n')[0] ?? '');
  // journalctl goes on to the next entry where the one of the cursor was rotated away.
  return fields?.some(({ name, value }) => name === '__CURSOR' && value === cursor) === true ? fields : null;
}

/** The fields of one line of `journalctl -o json`; null = not an entry. Never throws. */
export function parseFields(line: string): JournalField[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(parsed)) return null;
  return Object.entries(parsed)
    .slice(0, MAX_FIELDS)
    .map(([rawName, raw]) => {
      const name = plainText(rawName, MAX_NAME_CHARS);
      // With its name, since a name may be what says that the value is a secret.
      const assigned = redactSecrets(`${name}=${plainLines(fieldText(raw), MAX_TEXT_CHARS)}`);
      return { name, value: assigned.startsWith(`${name}=`) ? assigned.slice(name.length + 1) : assigned };
    });
}
