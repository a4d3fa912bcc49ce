import { type ReadRequest, readListRequest } from '../../../foundation/host-reader/answers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { COMFYUI_UNIT_DEFAULTS, renderComfyUiUnit } from '../files/comfyui-unit.ts';
import { COMFYUI_PYTHONS, choosePython, type PythonChoice } from '../files/python.ts';
import type { TorchChoice } from '../files/torch.ts';
import { type HostFacts, readFreeBytes } from '../host-facts.ts';
import type { Recipe, RecipeContext } from '../recipe.ts';
import { BACKEND_UNITS, backendAnswerStep, isOnStandby, READ_BACKENDS } from './backends.ts';
import { COMFYUI_PARAMETERS, type ComfyUiValues, readComfyUiValues } from './comfyui-parameters.ts';
import { torchFor } from './invokeai-requirements.ts';
import { packagesForPython, pythonStep, systemStep, TORCH } from './python-programs.ts';
import { noteStep, requireStep } from './require.ts';
import { UV, uvStep } from './uv.ts';

export const COMFYUI_UNIT_PATH = `/etc/systemd/system/${BACKEND_UNITS.comfyui}`;
/** The user's home: a folder for each version, with its checkout and environment. */
const HOME = '/opt/comfyui';
const DISK_REQUEST: ReadRequest = `disk ${HOME}`;
const VERSIONS_REQUEST = readListRequest(`${HOME}/versions`);
/** The version in use. */
export const COMFYUI_CURRENT = `${HOME}/current`;
const GUARD: Guard = { id: 'comfyui', seconds: 600, units: [{ name: BACKEND_UNITS.comfyui, verb: 'restart' }] };
/** torch for CUDA with its libraries takes most of it. */
const ENVIRONMENT_BYTES = 6_500_000_000;
const DOWNLOAD_BYTES = 3_200_000_000;
const SPARE_BYTES = 5_000_000_000;
const TORCH_BUILDS = 'https://download.pytorch.org/whl';
/** Below the folder; ComfyUI does not start without custom_nodes when it is told where its folder is. */
const FOLDERS = ['models', 'custom_nodes', 'input', 'output', 'user'];

export const COMFYUI: Recipe = {
  id: 'comfyui',
  title: 'ComfyUI',
  summary: 'ComfyUI at a tag as a service of its own user; it is started unless InvokeAI is in use.',
  presence: `file ${COMFYUI_UNIT_PATH} 0`,
  parameters: COMFYUI_PARAMETERS,
  guards: [GUARD],
  reads: (texts) => [VERSIONS_REQUEST, READ_BACKENDS, DISK_REQUEST, readListRequest(checkpointsOf(readComfyUiValues(texts)))],
  steps: (context) => {
    const { facts } = context;
    const values = readComfyUiValues(context.values);
    const torch = torchFor(values, facts);
    return [
      ...requirementSteps(values, context, torch),
      {
        id: 'packages',
        title: 'Debian packages',
        needs: [],
        resource: { kind: 'packages', names: ['git', ...packagesForPython(facts, pythonFor(facts), values.isUv)] },
      },
      {
        id: 'user',
        title: `System user ${values.user}`,
        needs: [],
        resource: { kind: 'user', name: values.user, home: HOME, shell: '/usr/sbin/nologin' },
      },
      ...programSteps(values, facts, torch),
      ...folderSteps(values, facts),
      ...serviceSteps(values, context),
      ...checkpointStep(values, context),
    ];
  },
};

const pythonFor = ({ pythons }: HostFacts): PythonChoice => choosePython(pythons, COMFYUI_PYTHONS);

const checkpointsOf = ({ folder }: ComfyUiValues): string => `${folder}/models/checkpoints`;

/** A folder for each build of torch: pip takes a present one of the same version for the wanted one. */
const versionOf = (tag: string, torch: TorchChoice): string => `${tag}${'blocked' in torch ? '' : `-${torch.index}`}`;

function requirementSteps({ tag, isCpu, isUv }: ComfyUiValues, { facts, answers }: RecipeContext, torch: TorchChoice): readonly Step[] {
  const freeBytes = readFreeBytes(answers, DISK_REQUEST);
  const isInstalled = answers.get(VERSIONS_REQUEST)?.lines.includes(versionOf(tag, torch)) === true;
  const hasSpace = isInstalled || freeBytes === null || freeBytes > ENVIRONMENT_BYTES + SPARE_BYTES;
  return [
    systemStep(facts),
    'blocked' in torch
      ? requireStep(
          'torch',
          'A torch build for the GPU',
          false,
          torch.reason,
          isCpu ? torch.remedy : `${torch.remedy} Or choose the CPU as device.`,
        )
      : requireStep('torch', `torch build ${torch.index}: ${torch.reason}`, true, '', ''),
    requireStep(
      'disk',
      'Enough disk space',
      hasSpace,
      `${Math.round((freeBytes ?? 0) / 1e9)} GB are free in ${HOME}; ComfyUI takes ${ENVIRONMENT_BYTES / 1e9} GB, models come on top.`,
      'Free disk space, or mount a larger disk there.',
    ),
    pythonStep(pythonFor(facts), COMFYUI_PYTHONS, isUv),
  ];
}

/** Checkout and environment of a version lie together, so that one link leads to both. */
function programSteps(values: ComfyUiValues, facts: HostFacts, torch: TorchChoice): readonly Step[] {
  const { tag, user, isUv } = values;
  const owned = { owner: user, group: user, mode: '755' };
  const version = `${HOME}/versions/${versionOf(tag, torch)}`;
  const build = 'blocked' in torch || values.index !== null ? null : `${TORCH_BUILDS}/${torch.index}`;
  return [
    { id: 'home', title: `Folder ${HOME}`, needs: ['user'], resource: { kind: 'folder', path: HOME, ...owned } },
    {
      id: 'versions',
      title: 'Folder of the versions',
      needs: ['home'],
      resource: { kind: 'folder', path: `${HOME}/versions`, ...owned, as: user },
    },
    { id: 'version', title: `Folder of ${tag}`, needs: ['versions'], resource: { kind: 'folder', path: version, ...owned, as: user } },
    {
      id: 'checkout',
      title: `ComfyUI ${tag}`,
      needs: ['version', 'packages'],
      resource: { kind: 'checkout', path: `${version}/ComfyUI`, repository: values.repository, tag, user },
    },
    ...(isUv ? [uvStep(values.index, ['packages'])] : []),
    {
      id: 'environment',
      title: `Python environment of ${tag}, and torch`,
      needs: ['checkout', ...(isUv ? ['uv'] : [])],
      resource: {
        kind: 'environment',
        path: `${version}/venv`,
        user,
        tool: isUv ? UV : 'venv',
        python: pythonFor(facts).python,
        requirements: [...TORCH, '-r', `${version}/ComfyUI/requirements.txt`],
        index: values.index,
        torchIndex: values.torchIndex ?? build,
        downloadBytes: DOWNLOAD_BYTES,
      },
    },
    {
      id: 'current',
      title: 'Version in use',
      needs: ['checkout', 'environment'],
      guard: GUARD.id,
      resource: { kind: 'link', path: COMFYUI_CURRENT, target: version, as: user },
    },
  ];
}

/** Models and images are outside of the versions; a checkout made by hand at that place keeps its own. */
function folderSteps(values: ComfyUiValues, facts: HostFacts): readonly Step[] {
  const { folder, user } = values;
  const owned = { owner: user, group: user, mode: '755', keepsAttributes: true };
  return [
    { id: 'folder', title: `Folder ${folder}`, needs: ['user'], resource: { kind: 'folder', path: folder, ...owned } },
    ...FOLDERS.map(
      (name): Step => ({
        id: `folder-${name.replace('_', '-')}`,
        title: `Folder ${folder}/${name}`,
        needs: ['folder'],
        resource: { kind: 'folder', path: `${folder}/${name}`, ...owned },
      }),
    ),
    {
      id: 'checkpoints',
      title: 'Folder of the checkpoints, into which your login downloads them',
      needs: ['folder-models'],
      resource: { kind: 'folder', path: checkpointsOf(values), ...owned, owner: facts.login ?? user, mode: '2775' },
    },
  ];
}

function serviceSteps(values: ComfyUiValues, context: RecipeContext): readonly Step[] {
  const isOff = isOnStandby(context, 'comfyui');
  return [
    {
      id: 'unit',
      title: `Unit ${BACKEND_UNITS.comfyui}`,
      needs: ['current', 'folder'],
      guard: GUARD.id,
      resource: {
        kind: 'file',
        path: COMFYUI_UNIT_PATH,
        owner: 'root',
        group: 'root',
        mode: '644',
        check: 'unit',
        content: { kind: 'text', text: unitText(values) },
      },
    },
    {
      id: 'service',
      title: isOff ? 'ComfyUI off, since InvokeAI is in use; Switch changes that' : 'ComfyUI enabled and running',
      needs: ['unit', 'current'],
      guard: GUARD.id,
      resource: {
        kind: 'unit',
        name: BACKEND_UNITS.comfyui,
        isEnabled: !isOff,
        isActive: !isOff,
        reads: [COMFYUI_UNIT_PATH, COMFYUI_CURRENT],
        onChange: 'restart',
      },
    },
    ...(isOff ? [] : [backendAnswerStep('comfyui', 'answer', ['service'], GUARD.id)]),
  ];
}

/** Checkpoints are downloaded by the Models page, which shows their progress and checks their sums. */
function checkpointStep(values: ComfyUiValues, { answers }: RecipeContext): readonly Step[] {
  const names = answers.get(readListRequest(checkpointsOf(values)))?.lines ?? [];
  if (names.some((name) => /\.(safetensors|ckpt)$/.test(name.slice(-20)))) return [];
  return [noteStep('checkpoint', 'No checkpoint yet: download one on the Models page')];
}

function unitText(values: ComfyUiValues): string {
  const { folder, user, isCpu, reservedVramGiB } = values;
  return renderComfyUiUnit({
    ...COMFYUI_UNIT_DEFAULTS,
    folder,
    programFolder: `${COMFYUI_CURRENT}/ComfyUI`,
    environmentFolder: `${COMFYUI_CURRENT}/venv`,
    user,
    group: user,
    options: [...COMFYUI_UNIT_DEFAULTS.options, ...(reservedVramGiB > 0 ? ['--reserve-vram', String(reservedVramGiB)] : [])],
    conflicts: [BACKEND_UNITS.invokeai],
    hasGpu: !isCpu,
  });
}
