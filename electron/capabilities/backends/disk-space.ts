import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { plainText } from '../../../shared/plain-text.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';

/** The disk that the first of these paths to exist lies on, by df(1); null when it cannot be determined. Reads only. */
export async function readDisk(transport: Pick<Transport, 'exec'>, paths: readonly string[]): Promise<ModelsDisk | null> {
  for (const path of paths) {
    const { exitCode, stdout } = await transport.exec(['df', '-B1', '--output=avail,used,size,target', '--', path], { timeoutMs: 8_000 });
    const disk = exitCode === 0 ? parseDf(stdout) : null;
    if (disk !== null) return disk;
  }
  return null;
}

/** The second line of `df -B1 --output=avail,used,size,target` (coreutils). `used` excludes the blocks reserved for root. */
export function parseDf(text: string): ModelsDisk | null {
  const [avail = '', used = '', size = '', ...target] = (outputLines(text)[1] ?? '').trim().split(/\s+/);
  if (![avail, used, size].every((number) => /^\d+$/.test(number))) return null;
  return { freeBytes: Number(avail), usedBytes: Number(used), sizeBytes: Number(size), path: plainText(target.join(' ')) };
}

/** Whether a path exists on the host, as the SSH user sees it; null where that cannot be determined. Reads only. */
export async function isPathOnHost(transport: Pick<Transport, 'exec'>, path: string): Promise<boolean | null> {
  const { exitCode, stderr } = await transport.exec(['ls', '-d', '--', path], { timeoutMs: 8_000 });
  if (exitCode === 0) return true;
  return /No such file or directory/.test(stderr) ? false : null;
}
