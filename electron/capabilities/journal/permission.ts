import type { Transport } from '../../foundation/ssh/transport.ts';
import { isLimited, isNotPersisted, journalNotPersistedError } from './errors.ts';

export type JournalPermission = 'full' | 'limited';

/** Not JSON: with `-o json` journalctl does not report that entries are hidden (journalctl(1)). */
const PROBE = ['journalctl', '-n', '1', '-o', 'short', '--no-pager'];

/**
 * Whether the user may read the whole journal or only their own. Throws journal-unreadable when the host stores none, and what
 * Transport.exec throws.
 */
export async function readJournalPermission(transport: Pick<Transport, 'exec'>): Promise<JournalPermission> {
  const { stderr } = await transport.exec(PROBE, { timeoutMs: 30_000 });
  if (isNotPersisted(stderr)) throw journalNotPersistedError();
  return isLimited(stderr) ? 'limited' : 'full';
}
