import type { HostFacts } from '../host-facts.ts';
import { choiceParameter, urlParameter } from './parameters.ts';

/** What InvokeAI and ComfyUI have in common. */
export const DEVICE_PARAMETER = choiceParameter({
  key: 'device',
  label: 'Device',
  help: 'A host without a GPU can make images on its CPU, slowly.',
  initial: 'gpu',
  choices: [
    { value: 'gpu', label: 'GPU' },
    { value: 'cpu', label: 'CPU' },
  ],
});

export const INSTALLER_PARAMETER = choiceParameter({
  key: 'tool',
  label: 'Installer',
  help: 'uv is several times faster; venv uses pip of the system.',
  initial: 'uv',
  choices: [
    { value: 'uv', label: 'uv' },
    { value: 'venv', label: 'venv and pip' },
  ],
});

export const INDEX_PARAMETER = urlParameter({
  key: 'index',
  label: 'Package index',
  help: 'Address of a Python package index; empty for the public one.',
  initial: '',
});

/** torch that the extras of InvokeAI 6.13 and 6.14 name, with code for every GPU since Maxwell; without it the newest one is taken, whose CUDA needs a newer driver. */
export const TORCH: readonly string[] = ['torch==2.7.1', 'torchvision==0.22.1'];

/** Debian packages that InvokeAI and ComfyUI load libraries from. Debian 13 and Ubuntu 24.04 renamed GLib's package. */
export function packagesForPython({ distribution, release }: Pick<HostFacts, 'distribution' | 'release'>): readonly string[] {
  const number = Number(release);
  const isRenamed = (distribution === 'debian' && number >= 13) || (distribution === 'ubuntu' && number >= 24.04);
  return ['python3-venv', 'libgl1', isRenamed ? 'libglib2.0-0t64' : 'libglib2.0-0'];
}
