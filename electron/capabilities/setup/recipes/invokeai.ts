import type { Guard, Step } from '../engine/resources.ts';
import { INVOKEAI_UNIT_DEFAULTS, renderInvokeAiUnit } from '../files/invokeai-unit.ts';
import { applyInvokeAiSettings } from '../files/invokeai-yaml.ts';
import type { HostFacts } from '../host-facts.ts';
import type { Recipe } from '../recipe.ts';
import { INVOKEAI_PARAMETERS, type InvokeAiValues, readInvokeAiValues } from './invokeai-parameters.ts';
import { packagesForPython, TORCH } from './python-programs.ts';
import { findPython, UV, uvStep } from './uv.ts';

export const INVOKEAI_UNIT_PATH = '/etc/systemd/system/invokeai.service';
/** A first start compiles Python and makes the database; the old state comes back after that. */
const START_WITHIN_S = 300;
const GUARD: Guard = { id: 'invokeai', seconds: 600, units: [{ name: 'invokeai.service', verb: 'restart' }] };
/** Installed size of InvokeAI with torch for CUDA; measured in docs/real-install.md. */
const ENVIRONMENT_BYTES = 6_700_000_000;
const DOWNLOAD_BYTES = 3_500_000_000;
const SPARE_BYTES = 5_000_000_000;
const PYTHON_MINORS = [12, 11];
const LEAST_VRAM_MIB = 4_000;

export const INVOKEAI: Recipe = {
  id: 'invokeai',
  title: 'InvokeAI',
  summary: 'InvokeAI as a service of its own user, in a Python environment that can be rolled back.',
  group: 'first-setup',
  presence: `file ${INVOKEAI_UNIT_PATH} 0`,
  parameters: INVOKEAI_PARAMETERS,
  guards: [GUARD],
  steps: ({ values: texts, facts }) => {
    const values = readInvokeAiValues(texts);
    const python = findPython(facts, PYTHON_MINORS);
    const environment = `${values.root}/environments/${values.version}${values.isCpu ? '-cpu' : ''}`;
    return [
      ...requirementSteps(values, facts, python),
      { id: 'packages', title: 'Debian packages', needs: [], resource: { kind: 'packages', names: packagesForPython(facts) } },
      {
        id: 'user',
        title: `System user ${values.user}`,
        needs: [],
        resource: { kind: 'user', name: values.user, home: values.root, shell: '/usr/sbin/nologin' },
      },
      {
        id: 'root',
        title: 'Root folder',
        needs: ['user'],
        resource: { kind: 'folder', path: values.root, owner: values.user, group: values.user, mode: '755' },
      },
      {
        id: 'environments',
        title: 'Folder of the environments',
        needs: ['root'],
        resource: {
          kind: 'folder',
          path: `${values.root}/environments`,
          owner: values.user,
          group: values.user,
          mode: '755',
          as: values.user,
        },
      },
      ...(values.isUv ? [uvStep(values.index, ['packages'])] : []),
      {
        id: 'environment',
        title: `InvokeAI ${values.version} and torch`,
        needs: ['environments', ...(values.isUv ? ['uv'] : [])],
        resource: {
          kind: 'environment',
          path: environment,
          user: values.user,
          tool: values.isUv ? UV : 'venv',
          python: python ?? '3.12',
          requirements: [`invokeai==${values.version}`, ...TORCH],
          index: values.index,
          torchIndex: values.torchIndex,
          downloadBytes: DOWNLOAD_BYTES,
        },
      },
      {
        id: 'settings',
        title: 'invokeai.yaml',
        needs: ['root'],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: `${values.root}/invokeai.yaml`,
          owner: values.user,
          group: values.user,
          mode: '644',
          as: values.user,
          keepsAttributes: true,
          content: { kind: 'edit', about: 'settings of InvokeAI', edit: (present) => settingsText(present, values) },
        },
      },
      {
        id: 'current',
        title: 'Environment in use',
        needs: ['environment'],
        guard: GUARD.id,
        resource: { kind: 'link', path: `${values.root}/.venv`, target: environment, as: values.user },
      },
      {
        id: 'unit',
        title: 'Unit invokeai.service',
        needs: ['current'],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: INVOKEAI_UNIT_PATH,
          owner: 'root',
          group: 'root',
          mode: '644',
          check: 'unit',
          content: { kind: 'text', text: unitText(values) },
        },
      },
      {
        id: 'service',
        title: 'InvokeAI enabled and running',
        needs: ['unit', 'settings', 'current'],
        guard: GUARD.id,
        resource: {
          kind: 'unit',
          name: 'invokeai.service',
          isEnabled: true,
          isActive: true,
          reads: [INVOKEAI_UNIT_PATH, `${values.root}/invokeai.yaml`, `${values.root}/.venv`],
          onChange: 'restart',
        },
      },
      {
        id: 'answer',
        title: `InvokeAI responds on port ${values.port}`,
        needs: ['service'],
        guard: GUARD.id,
        resource: {
          kind: 'answer',
          url: `http://127.0.0.1:${values.port}/api/v1/app/version`,
          status: 200,
          json: true,
          withinS: START_WITHIN_S,
        },
      },
    ];
  },
};

/** What must hold before anything is done. */
function requirementSteps(values: InvokeAiValues, facts: HostFacts, python: string | null): readonly Step[] {
  const require = (id: string, title: string, holds: boolean, reason: string, remedy: string): Step => ({
    id,
    title,
    needs: [],
    resource: { kind: 'require', holds, reason, remedy, isFatal: true },
  });
  const isInstalled = facts.freeBytes === null || facts.freeBytes > ENVIRONMENT_BYTES + SPARE_BYTES;
  const [gpu] = facts.gpus;
  return [
    require('system', 'Debian or Ubuntu on x86_64', ['debian', 'ubuntu'].includes(facts.distribution ?? '') &&
      facts.machine ===
        'x86_64', `The host runs ${facts.prettyName ?? 'an unknown system'} on ${facts.machine ?? 'an unknown processor'}.`, 'Use a host with Debian 12 or Ubuntu 22.04 and newer on x86_64.'),
    ...(values.isCpu
      ? []
      : [
          require('gpu', 'A GPU with its driver', gpu !==
            undefined, `No GPU: ${facts.gpuProblem}.`, 'Install the NVIDIA driver, or choose the CPU as device.'),
          require('vram', 'Enough VRAM', (gpu?.memoryMiB ?? LEAST_VRAM_MIB) >=
            LEAST_VRAM_MIB, `${gpu?.name} has ${gpu?.memoryMiB} MiB; SD 1.5 needs 4 GB, SDXL 8 GB.`, 'Use another GPU, or choose the CPU as device.'),
        ]),
    require('disk', 'Enough disk space', isInstalled, `${Math.round((facts.freeBytes ?? 0) / 1e9)} GB are free in /var/lib; InvokeAI takes ${ENVIRONMENT_BYTES / 1e9} GB, models come on top.`, 'Free disk space, or mount a larger disk there.'),
    require('python', 'Python 3.11 or 3.12', python !== null ||
      values.isUv, 'The system has neither Python 3.11 nor 3.12.', 'Choose uv as installer, which brings its own Python.'),
  ];
}

function settingsText(present: string | null, values: InvokeAiValues): string {
  return applyInvokeAiSettings(
    present,
    {
      host: values.host,
      port: values.port,
      log_format: 'plain',
      device_working_mem_gb: values.workingMemoryGiB,
      ...(values.cacheRamGiB === null ? {} : { max_cache_ram_gb: values.cacheRamGiB }),
      ...(values.isMultiuser ? { multiuser: true } : {}),
    },
    { version: values.version },
  ).text;
}

function unitText(values: InvokeAiValues): string {
  return renderInvokeAiUnit({
    ...INVOKEAI_UNIT_DEFAULTS,
    root: values.root,
    environmentFolder: `${values.root}/.venv`,
    user: values.user,
    group: values.user,
    hfHome: `${values.root}/.cache/huggingface`,
    hasGpu: !values.isCpu,
  });
}
