import type { Transport } from '../../foundation/ssh/transport.ts';
import { isLimited, isNotPersisted, journalNotPersistedError } from './errors.ts';

export type JournalPermission = 'full' | 'limited';

/** Not JSON: with `-o json` journalctl does not report that entries are hidden (journalctl(1)). */
const PROBE = ['journalctl', '-n', '1', '-o', 'short', '--no-pager'];

type Reader = Pick<Transport, 'exec'>;

/** Several capabilities need the answer right after sign-in, when the server's sessions are scarce: they share one command. */
const pending = new WeakMap<Reader, Promise<JournalPermission>>();

/**
 * Whether the user may read the whole journal or only their own. Throws journal-unreadable when the host stores none, and what
 * Transport.exec throws.
 */
export function readJournalPermission(transport: Reader): Promise<JournalPermission> {
  const shared = pending.get(transport);
  if (shared !== undefined) return shared;
  const permission = probe(transport).finally(() => pending.delete(transport));
  pending.set(transport, permission);
  return permission;
}

async function probe(transport: Reader): Promise<JournalPermission> {
  const { stderr } = await transport.exec(PROBE, { timeoutMs: 30_000 });
  if (isNotPersisted(stderr)) throw journalNotPersistedError();
  return isLimited(stderr) ? 'limited' : 'full';
}
