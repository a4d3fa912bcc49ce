import type { Step } from '../engine/resources.ts';
import { minorOf, type PythonChoice } from '../files/python.ts';
import type { HostFacts } from '../host-facts.ts';
import { choiceParameter, urlParameter } from './parameters.ts';
import { requireStep } from './require.ts';

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

const LEAST_RELEASES: Readonly<Record<string, number>> = { debian: 12, ubuntu: 22.04 };

/** `24.04` as a number; a release without one is a coming one. */
const releaseNumber = ({ release }: HostFacts): number => (release === null ? Number.POSITIVE_INFINITY : Number(release));

/** The systems that the recipes are made for. */
export function systemStep(facts: HostFacts): Step {
  const { distribution, prettyName, machine } = facts;
  const least = LEAST_RELEASES[distribution ?? ''];
  return requireStep(
    'system',
    'Debian or Ubuntu on x86_64',
    least !== undefined && releaseNumber(facts) >= least && machine === 'x86_64',
    `The host runs ${prettyName ?? 'an unknown system'} on ${machine ?? 'an unknown processor'}.`,
    'Use a host with Debian 12 or Ubuntu 22.04 and newer on x86_64.',
  );
}

/** An interpreter for the environment; `minors` are in order. */
export function pythonStep(python: PythonChoice, minors: readonly number[], isUv: boolean): Step {
  const [least, most] = [minors[0], minors.at(-1)];
  return requireStep(
    'python',
    `Python 3.${least} to 3.${most}`,
    isUv || python.from === 'system',
    `The system has no Python from 3.${least} to 3.${most}.`,
    'Choose uv as installer, which brings its own Python.',
  );
}

/**
 * Debian packages that InvokeAI and ComfyUI load libraries from, and what makes environments. Debian 13 and Ubuntu 24.04 renamed GLib's package;
 * pip for an interpreter that is not the default one has a package of its own.
 */
export function packagesForPython(facts: HostFacts, python: PythonChoice, isUv: boolean): readonly string[] {
  const { distribution, pythons } = facts;
  const number = releaseNumber(facts);
  const isRenamed = (distribution === 'debian' && number >= 13) || (distribution === 'ubuntu' && number >= 24.04);
  const needsOwnPip = !isUv && python.from === 'system' && python.minor !== minorOf(pythons.get('python3'));
  return [
    'python3-venv',
    ...(needsOwnPip ? [`python3.${python.minor}-venv`] : []),
    'libgl1',
    isRenamed ? 'libglib2.0-0t64' : 'libglib2.0-0',
  ];
}
