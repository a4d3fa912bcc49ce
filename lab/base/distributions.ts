import { createHash } from 'node:crypto';

/** A Python distribution as an index serves it. */
export interface Distribution {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
  readonly requires: readonly string[];
  /** Programs that it puts beside the interpreter. */
  readonly scripts: readonly string[];
}

const MB = 1_000_000;
const CUDA = ['nvidia-cublas-cu12', 'nvidia-cudnn-cu12', 'nvidia-cuda-runtime-cu12', 'nvidia-nccl-cu12', 'triton'];
const INVOKEAI = [
  'torch',
  'torchvision',
  'diffusers',
  'transformers',
  'accelerate',
  'fastapi',
  'uvicorn',
  'onnxruntime',
  'opencv-contrib-python',
];

const KNOWN: readonly Distribution[] = [
  dist('invokeai', '6.14.0', 8.1, INVOKEAI, ['invokeai-web']),
  dist('uv', '0.9.9', 21.7, [], ['uv', 'uvx']),
  dist('torch', '2.7.1', 821, CUDA),
  dist('torchvision', '0.22.1', 7.5, ['torch']),
  dist('torchaudio', '2.7.1', 3.5, ['torch']),
  dist('nvidia-cublas-cu12', '12.8.3.14', 610),
  dist('nvidia-cudnn-cu12', '9.7.1.26', 727),
  dist('nvidia-cuda-runtime-cu12', '12.8.57', 1),
  dist('nvidia-nccl-cu12', '2.26.2', 201),
  dist('triton', '3.3.1', 156),
  dist('diffusers', '0.36.0', 4.6),
  dist('transformers', '4.57.1', 12),
  dist('opencv-contrib-python', '4.11.0.86', 69),
  dist('onnxruntime', '1.19.2', 13.2),
];

function dist(
  name: string,
  version: string,
  megabytes: number,
  requires: readonly string[] = [],
  scripts: readonly string[] = [],
): Distribution {
  return { name, version, bytes: Math.round(megabytes * MB), requires, scripts };
}

/** The name of a requirement (`Torch[cuda]==2.7.1`) as an index has it, and its version; null = no requirement. */
export function readRequirement(text: string): { readonly name: string; readonly version: string | null } | null {
  const found = /^([A-Za-z0-9][A-Za-z0-9._-]{0,80})(?:\[[^\]]{0,80}\])?(?:\s*(==|~=|>=)\s*([A-Za-z0-9.+!-]{1,40}))?/.exec(text.trim());
  if (found === null) return null;
  return { name: (found[1] ?? '').toLowerCase().replaceAll(/[._]+/g, '-'), version: found[2] === undefined ? null : (found[3] ?? null) };
}

/** The distribution of a name; null = the index has none. Names that begin with `no-such-` are unknown, others small. */
export function findDistribution(name: string): Distribution | null {
  const known = KNOWN.find((one) => one.name === name);
  if (known !== undefined) return known;
  if (name.startsWith('no-such-')) return null;
  return dist(name, '1.0.0', createHash('sha256').update(name).digest().readUInt8() / 200 + 0.05);
}

/** All that these requirements bring, each before what it requires; a requirement instead = the index has none. */
export function resolveRequirements(requirements: readonly string[]): readonly Distribution[] | string {
  const found = new Map<string, Distribution>();
  const queue = [...requirements];
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    const wanted = readRequirement(text);
    const one = wanted === null ? null : findDistribution(wanted.name);
    if (wanted === null || one === null) return text;
    if (found.has(one.name)) continue;
    found.set(one.name, { ...one, version: wanted.version ?? one.version });
    queue.push(...one.requires);
  }
  return [...found.values()];
}
