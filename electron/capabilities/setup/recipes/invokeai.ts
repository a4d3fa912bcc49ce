import { SETUP_NETWORK_ENV } from '../../../../shared/host-scripts/setup.ts';
import { RECOMMENDED } from '../../../../shared/recommended-models.ts';
import { readListRequest } from '../../../foundation/host-reader/answers.ts';
import { createAdministrator, installModel } from '../api/invokeai.ts';
import { onPort } from '../api/operation.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { INVOKEAI_UNIT_DEFAULTS, renderInvokeAiUnit } from '../files/invokeai-unit.ts';
import { applyInvokeAiSettings } from '../files/invokeai-yaml.ts';
import { showInvokeAiYaml } from '../files/invokeai-yaml-shown.ts';
import { choosePython, pythonsOfInvokeAi } from '../files/python.ts';
import type { Recipe } from '../recipe.ts';
import { isOnStandby, READ_BACKENDS } from './backends.ts';
import { INVOKEAI_PARAMETERS, type InvokeAiValues, readInvokeAiValues } from './invokeai-parameters.ts';
import { requirementSteps, torchFor } from './invokeai-requirements.ts';
import { packagesForPython, TORCH } from './python-programs.ts';
import { noteStep } from './require.ts';
import { UV, uvStep } from './uv.ts';

export const INVOKEAI_UNIT_PATH = '/etc/systemd/system/invokeai.service';
/** A first start compiles Python and makes the database; the old state comes back after that. */
const START_WITHIN_S = 300;
const GUARD: Guard = {
  id: 'invokeai',
  seconds: 600,
  units: [{ name: 'invokeai.service', verb: 'restart' }],
  database: { user: 'invokeai', folder: '/var/lib/invokeai/databases', unit: 'invokeai.service' },
};
/** InvokeAI with torch for CUDA; measured in docs/real-install.md. */
const DOWNLOAD_BYTES = 3_500_000_000;

const [SDXL, SD15] = RECOMMENDED;
const MODELS = { sdxl: SDXL, sd15: SD15 };

export const INVOKEAI: Recipe = {
  id: 'invokeai',
  title: 'InvokeAI',
  summary: 'InvokeAI as a service of its own user, in a Python environment that can be rolled back.',
  group: 'first-setup',
  presence: `file ${INVOKEAI_UNIT_PATH} 0`,
  parameters: INVOKEAI_PARAMETERS,
  guards: [GUARD],
  reads: (values) => [READ_BACKENDS, readListRequest(environmentsOf(readInvokeAiValues(values)))],
  steps: (context) => {
    const { facts } = context;
    const values = readInvokeAiValues(context.values);
    const isOff = isOnStandby(context, 'invokeai');
    const python = choosePython(facts.pythons, pythonsOfInvokeAi(values.version));
    const torch = torchFor(values, facts);
    const build = 'blocked' in torch ? '' : `-${torch.index}`;
    const name = `${values.version}${build}`;
    const environment = `${environmentsOf(values)}/${name}`;
    const isInstalled = context.answers.get(readListRequest(environmentsOf(values)))?.lines.includes(name) === true;
    return [
      ...requirementSteps({ values, facts, torch, python, isInstalled }),
      {
        id: 'packages',
        title: 'Debian packages',
        needs: [],
        resource: { kind: 'packages', names: packagesForPython(facts, python, values.isUv) },
      },
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
          path: environmentsOf(values),
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
          python: python.python,
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
          content: {
            kind: 'edit',
            about: 'settings of InvokeAI',
            shows: showInvokeAiYaml,
            edit: (present) => settingsText(present, values),
          },
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
        title: isOff ? 'InvokeAI off, since ComfyUI is in use; Switch changes that' : 'InvokeAI enabled and running',
        needs: ['unit', 'settings', 'current'],
        guard: GUARD.id,
        resource: {
          kind: 'unit',
          name: 'invokeai.service',
          isEnabled: !isOff,
          isActive: !isOff,
          reads: [INVOKEAI_UNIT_PATH, `${values.root}/invokeai.yaml`, `${values.root}/.venv`, SETUP_NETWORK_ENV],
          onChange: 'restart',
        },
      },
      ...(isOff
        ? [noteStep('off', 'Models and accounts wait until InvokeAI is in use')]
        : [answerStep(values.port), ...programSteps(values)]),
    ];
  },
};

const answerStep = (port: number): Step => ({
  id: 'answer',
  title: `InvokeAI responds on port ${port}`,
  needs: ['service'],
  guard: GUARD.id,
  resource: { kind: 'answer', url: `http://127.0.0.1:${port}/api/v1/app/version`, status: 200, json: true, withinS: START_WITHIN_S },
});

const environmentsOf = ({ root }: InvokeAiValues): string => `${root}/environments`;

/** What is done through InvokeAI itself, once it runs. */
function programSteps(values: InvokeAiValues): readonly Step[] {
  const { port } = values;
  const administrator: readonly Step[] = !values.isMultiuser
    ? []
    : [
        {
          id: 'administrator',
          title: `Administrator ${values.adminEmail}`,
          needs: ['answer'],
          guard: GUARD.id,
          resource: {
            kind: 'api',
            downloadBytes: null,
            operation: onPort(port, createAdministrator({ email: values.adminEmail, password: () => values.adminPassword })),
          },
        },
      ];
  const models = values.models.map((name): Step => {
    const model = MODELS[name];
    return {
      id: `model-${name}`,
      title: `Model ${model.label}`,
      needs: ['answer'],
      resource: {
        kind: 'api',
        downloadBytes: model.bytes,
        operation: onPort(port, installModel({ source: model.id, label: model.label })),
      },
    };
  });
  return [...administrator, ...models];
}

function settingsText(present: string | null, values: InvokeAiValues): string {
  return applyInvokeAiSettings(
    present,
    {
      host: values.host,
      port: values.port,
      log_format: 'plain',
      ...(values.cacheRamGiB === null ? {} : { max_cache_ram_gb: values.cacheRamGiB }),
      ...(values.isMultiuser ? { multiuser: true } : {}),
      ...(values.mayDownloadPrivately ? { allow_private_download_urls: true } : {}),
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
    environmentFiles: [SETUP_NETWORK_ENV],
  });
}
