import { type ReadRequest, readFileRequest, readFileState, readListRequest } from '../../../foundation/host-reader/answers.ts';
import type { Answers } from './service-facts.ts';

/** Minors of Python 3 in which an environment is looked for. */
const MINORS = ['9', '10', '11', '12', '13'];

/** A Python environment that a unit starts from. */
export interface EnvironmentFacts {
  readonly folder: string;
  /** `3.12`. */
  readonly python: string;
  readonly invokeAiVersion: string | null;
  readonly torch: TorchFacts | null;
}

export interface TorchFacts {
  /** `2.7.1+cu128`. */
  readonly version: string;
  /** The CUDA that it is built for, `12.8`; null = none, or a build for another accelerator. */
  readonly cuda: string | null;
}

const packagesFolder = (folder: string, minor: string): string => `${folder}/lib/python3.${minor}/site-packages`;
const torchFile = (folder: string, minor: string): string => `${packagesFolder(folder, minor)}/torch/version.py`;

export const environmentRequests = (folder: string): readonly ReadRequest[] =>
  MINORS.flatMap((minor) => [readListRequest(packagesFolder(folder, minor)), readFileRequest(torchFile(folder, minor))]);

/** The environment in a folder; null = none was read. Never throws. */
export function readEnvironment(folder: string, answers: Answers): EnvironmentFacts | null {
  for (const minor of MINORS) {
    const list = answers.get(readListRequest(packagesFolder(folder, minor)));
    if (list?.status !== 'ok') continue;
    const text = readFileState(answers.get(readFileRequest(torchFile(folder, minor))))?.text ?? null;
    return {
      folder,
      python: `3.${minor}`,
      invokeAiVersion: versionIn(list.lines, 'invokeai'),
      torch: text === null ? null : readTorchVersion(text),
    };
  }
  return null;
}

/** Names of folders as pip writes them: `invokeai-6.14.2.dist-info` (packaging.python.org, "Recording installed projects"). */
function versionIn(names: readonly string[], distribution: string): string | null {
  for (const name of names) {
    const [, found, version] = /^([A-Za-z0-9_.]{1,60})-(\d[\w.+!]{0,40})\.dist-info$/.exec(name.slice(0, 200)) ?? [];
    if (found?.toLowerCase() === distribution) return version ?? null;
  }
  return null;
}

/** Reads `torch/version.py`, which the build of torch writes: `__version__` and `cuda` as literals, with or without a type. */
export function readTorchVersion(text: string): TorchFacts | null {
  const lines = text.slice(0, 10_000).split('\n');
  const literal = (name: string): string | null => {
    const line = lines.find((one) => one.startsWith(name) && /^[:= ]/.test(one.slice(name.length))) ?? '';
    return /^["']([\w.+]{1,60})["']$/.exec(line.slice(line.indexOf('=') + 1, 200).trim())?.[1] ?? null;
  };
  const version = literal('__version__');
  return version === null ? null : { version, cuda: literal('cuda') };
}
