import type { HostFacts } from '../host-facts.ts';

/** torch that the extras of InvokeAI 6.13 and 6.14 name, with code for every GPU since Maxwell; without it the newest one is taken, whose CUDA needs a newer driver. */
export const TORCH: readonly string[] = ['torch==2.7.1', 'torchvision==0.22.1'];

/** Debian packages that InvokeAI and ComfyUI load libraries from. Debian 13 and Ubuntu 24.04 renamed GLib's package. */
export function packagesForPython({ distribution, release }: Pick<HostFacts, 'distribution' | 'release'>): readonly string[] {
  const number = Number(release);
  const isRenamed = (distribution === 'debian' && number >= 13) || (distribution === 'ubuntu' && number >= 24.04);
  return ['python3-venv', 'libgl1', isRenamed ? 'libglib2.0-0t64' : 'libglib2.0-0'];
}
