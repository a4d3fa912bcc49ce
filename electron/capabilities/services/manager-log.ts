import { isRecord } from '../../../shared/record.ts';

/** Longer than any entry of these fields, whose longest is the cursor. */
const MAX_LINE_CHARS = 16_384;
/** systemd limits unit names to 255 characters. */
const UNIT_NAME = /^[\w:.\\@-]{1,255}$/;

/**
 * Follows what PID 1, the host's service manager, writes into the journal (systemd.journal-fields(7)). It begins with the
 * newest entry, so that the first line shows that the stream is live.
 */
export const FOLLOW_MANAGER_LOG = ['journalctl', '-f', '-n', '1', '-o', 'json', '--no-pager', '--output-fields=UNIT', '_PID=1'] as const;

/**
 * The unit that one line of {@link FOLLOW_MANAGER_LOG} is about; '' for an entry about no single unit, e.g. a reload of the
 * manager; null for a line that is no entry. Never throws.
 */
export function unitOfEntry(line: string): string | null {
  if (line.length > MAX_LINE_CHARS) return null;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(entry) || entry['__CURSOR'] === undefined) return null;
  const unit = entry['UNIT'];
  return typeof unit === 'string' && UNIT_NAME.test(unit) ? unit : '';
}
