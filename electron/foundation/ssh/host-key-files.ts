import { readFile, stat } from 'node:fs/promises';
import { panelError } from '../../../shared/errors.ts';

/** A known_hosts of a hundred thousand hosts takes a fifth of it; a larger file is no list of keys. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/**
 * A known_hosts file or a list of revoked keys, whole. A file that is not there is empty unless it must exist; one that cannot
 * be read stops the connection. Throws known-hosts-unreadable.
 */
export async function readKeyList(file: string, o: { readonly mustExist?: boolean } = {}): Promise<Buffer> {
  try {
    const info = await stat(file);
    if (info.isCharacterDevice()) return Buffer.alloc(0);
    if (!info.isFile()) throw new Error('not a regular file');
    if (info.size > MAX_LIST_BYTES) throw new Error('too large');
    return await readFile(file);
  } catch (cause) {
    const isAbsent = cause instanceof Error && 'code' in cause && ABSENT.has(String(cause.code));
    if (isAbsent && o.mustExist !== true) return Buffer.alloc(0);
    throw panelError(
      {
        code: 'known-hosts-unreadable',
        layer: 'laptop',
        message: `Could not read the list of known host keys, ${file}.`,
        hint: 'Check its permissions; without the list no host can be verified.',
        retryable: false,
        detail: String(cause),
      },
      { cause },
    );
  }
}
