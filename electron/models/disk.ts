import type { ModelsDisk } from '../../shared/contract/models.ts';
import { outputLines } from '../../shared/output-lines.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Transport } from '../ssh/transport.ts';

/** The disk that the first of these paths to exist lies on, by df(1); null when it cannot be told. Reads only. */
export async function readDisk(transport: Pick<Transport, 'exec'>, paths: readonly string[]): Promise<ModelsDisk | null> {
  for (const path of paths) {
    const { exitCode, stdout } = await transport.exec(['df', '-B1', '--output=avail,size,target', '--', path], { timeoutMs: 8_000 });
    const disk = exitCode === 0 ? parseDf(stdout) : null;
    if (disk !== null) return disk;
  }
  return null;
}

/** The second line of `df -B1 --output=avail,size,target` (coreutils). */
export function parseDf(text: string): ModelsDisk | null {
  const [avail = '', size = '', ...target] = (outputLines(text)[1] ?? '').trim().split(/\s+/);
  if (!/^\d+$/.test(avail) || !/^\d+$/.test(size)) return null;
  return { freeBytes: Number(avail), sizeBytes: Number(size), path: plainText(target.join(' ')) };
}
