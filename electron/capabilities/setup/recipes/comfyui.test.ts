import { expect, it } from 'vitest';
import { parseAnswers } from '../../../foundation/host-reader/answers.ts';
import type { Resource } from '../engine/resources.ts';
import { NO_GATEWAY } from '../gateway-of-host.ts';
import type { HostFacts } from '../host-facts.ts';
import { completeValues, findBadParameter, type ParameterValues } from '../recipe.ts';
import { COMFYUI } from './comfyui.ts';

const FACTS: HostFacts = {
  distribution: 'debian',
  release: '12',
  prettyName: 'Debian 12',
  machine: 'x86_64',
  login: 'anna',
  pythons: new Map([['python3.11', '3.11.2']]),
  gpus: [{ name: 'NVIDIA RTX 6000 Ada Generation', driverVersion: '570.133.20', memoryMiB: 46_068, computeCapability: '8.9' }],
  gpuProblem: null,
  memoryBytes: null,
  freeBytes: null,
  listeners: [],
};

const stepsOf = (values: ParameterValues, o: { facts?: Partial<HostFacts>; answers?: string } = {}) =>
  COMFYUI.steps({
    values: completeValues(COMFYUI, values),
    facts: { ...FACTS, ...o.facts },
    answers: parseAnswers(o.answers ?? ''),
    shipped: { imagesShim: () => '', imagesShimUnit: () => '' },
    together: ['comfyui'],
    gateway: NO_GATEWAY,
  });
const resourceOf = (id: string, ...o: Parameters<typeof stepsOf>): Resource | undefined =>
  stepsOf(...o).find((step) => step.id === id)?.resource;
const reasons = (...o: Parameters<typeof stepsOf>): readonly string[] =>
  stepsOf(...o).flatMap(({ resource }) => (resource.kind === 'require' && !resource.holds ? [resource.reason] : []));

it('takes the build of torch for the driver from PyTorch, or from the index that is named', () => {
  expect(resourceOf('environment', {})).toMatchObject({
    path: '/opt/comfyui/versions/v0.3.64-cu128/venv',
    python: '/usr/bin/python3.11',
    torchIndex: 'https://download.pytorch.org/whl/cu128',
    requirements: expect.arrayContaining(['-r', '/opt/comfyui/versions/v0.3.64-cu128/ComfyUI/requirements.txt']),
  });
  expect(resourceOf('environment', { device: 'cpu' })).toMatchObject({ torchIndex: 'https://download.pytorch.org/whl/cpu' });
  expect(resourceOf('environment', { index: 'http://mirror/simple' })).toMatchObject({ index: 'http://mirror/simple', torchIndex: null });
});

it('names what the host lacks before anything is done', () => {
  expect(reasons({})).toEqual([]);
  expect(reasons({}, { facts: { gpus: [], gpuProblem: 'no driver' } })).toEqual(['No NVIDIA GPU was found.']);
  expect(reasons({ tool: 'venv' }, { facts: { pythons: new Map() } })).toEqual(['The system has no Python from 3.10 to 3.13.']);
  expect(reasons({}, { answers: '\u001edisk /opt/comfyui ok\n 5000000000 9000000000 /opt\n' })).toEqual([
    '5 GB are free in /opt/comfyui; ComfyUI takes 6.5 GB, models come on top.',
  ]);
});

it('gives the folder of the checkpoints to the login, and says when it is empty', () => {
  expect(resourceOf('checkpoints', { folder: '/data/ComfyUI' })).toMatchObject({
    path: '/data/ComfyUI/models/checkpoints',
    owner: 'anna',
    group: 'comfyui',
  });
  const filled = '\u001elist /opt/ComfyUI/models/checkpoints ok\nput_checkpoints_here\nsd_xl.safetensors\n';
  expect(stepsOf({}).some(({ id }) => id === 'checkpoint')).toBe(true);
  expect(stepsOf({}, { answers: filled }).some(({ id }) => id === 'checkpoint')).toBe(false);
});

it.each<[string, string]>([
  ['tag', 'master'],
  ['tag', 'v0.3.64; x'],
  ['repository', ''],
  ['repository', 'https://user:secret@host/x.git'],
  ['folder', '/opt/../etc'],
])('refuses %s %s', (key, value) => {
  expect(findBadParameter(COMFYUI, completeValues(COMFYUI, { [key]: value }))).toMatchObject({ key });
});
