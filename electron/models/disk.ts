import type { ModelsDisk } from '../../shared/contract/models.ts';
import type { Transport } from '../ssh/transport.ts';

/** Where ai-infra puts InvokeAI; elsewhere the root's disk is told, with its name. */
const USUAL_ROOT = '/var/lib/invokeai';

/** The disk the models lie on, by df(1); null when it cannot be told. Reads only. */
export async function readDisk(transport: Transport): Promise<ModelsDisk | null> {
  for (const path of [USUAL_ROOT, '/']) {
    const { exitCode, stdout } = await transport.exec(['df', '-B1', '--output=avail,size,target', '--', path], { timeoutMs: 8_000 });
    const disk = exitCode === 0 ? parseDf(stdout) : null;
    if (disk !== null) return disk;
  }
  return null;
}

/** The second line of `df -B1 --output=avail,size,target` (coreutils). */
export function parseDf(text: string): ModelsDisk | null {
  const [avail = '', size = '', ...target] = (text.trim().split('\n')[1] ?? '').trim().split(/\s+/);
  if (!/^\d+$/.test(avail) || !/^\d+$/.test(size)) return null;
  return { freeBytes: Number(avail), sizeBytes: Number(size), path: target.join(' ') };
}
