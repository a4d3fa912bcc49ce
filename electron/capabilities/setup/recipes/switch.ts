import { readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { editNginxUi } from '../files/nginx-site.ts';
import { editShimEnv, shimBackendEnv } from '../files/shim-env.ts';
import { renderShimUnit, type ShimBackend } from '../files/shim-unit.ts';
import { readUnit, unitValue } from '../files/unit-file.ts';
import type { Recipe, RecipeContext } from '../recipe.ts';
import { BACKEND_NAMES, BACKEND_UNITS, backendAnswerStep, isBackendInstalled, READ_BACKENDS } from './backends.ts';
import { COMFYUI_CURRENT, COMFYUI_UNIT_PATH } from './comfyui.ts';
import { INVOKEAI_UNIT_PATH } from './invokeai.ts';
import { nginxServiceStep, SITE, SITE_LINK, siteStep } from './nginx.ts';
import { choiceParameter } from './parameters.ts';
import { requireStep } from './require.ts';
import { SHIM_UNIT, SHIM_UNIT_PATH, shimFileSteps, shimServiceSteps } from './shim-steps.ts';

const GUARD: Guard = {
  id: 'switch',
  seconds: 600,
  units: [
    { name: BACKEND_UNITS.comfyui, verb: 'restart' },
    { name: BACKEND_UNITS.invokeai, verb: 'restart' },
    { name: SHIM_UNIT, verb: 'restart' },
    { name: 'nginx.service', verb: 'reload' },
  ],
};

const READS: Readonly<Record<ShimBackend, readonly string[]>> = {
  invokeai: [INVOKEAI_UNIT_PATH],
  comfyui: [COMFYUI_UNIT_PATH, COMFYUI_CURRENT],
};

/**
 * Only what names a backend changes, in the files that are there: who may reach the site and how the shim is set up stays, whoever chose it. The files are written
 * first, so that no image can be made only from the stop of one backend to the start of the other.
 */
export const SWITCH: Recipe = {
  id: 'switch',
  title: 'Switch of the backend',
  summary: 'InvokeAI or ComfyUI makes the images; the other one is off and leaves its VRAM.',
  group: 'maintenance',
  presence: ({ answers }) => {
    const [first, second] = (['invokeai', 'comfyui'] as const).filter((backend) => isBackendInstalled(answers, backend));
    if (second !== undefined) return 'present';
    return { elsewhere: first === undefined ? 'Neither InvokeAI nor ComfyUI is installed.' : `Only ${BACKEND_NAMES[first]} is installed.` };
  },
  parameters: [
    choiceParameter({
      key: 'to',
      label: 'Backend',
      help: 'Jobs of the other one that are in progress are lost.',
      initial: 'comfyui',
      choices: [
        { value: 'invokeai', label: 'InvokeAI' },
        { value: 'comfyui', label: 'ComfyUI' },
      ],
    }),
  ],
  guards: [GUARD],
  reads: () => [READ_BACKENDS, readFileRequest(SHIM_UNIT_PATH), readFileRequest(SITE)],
  steps: (context) => {
    const to: ShimBackend = context.values['to'] === 'invokeai' ? 'invokeai' : 'comfyui';
    const from: ShimBackend = to === 'invokeai' ? 'comfyui' : 'invokeai';
    const shimUnit = textOf(context, SHIM_UNIT_PATH);
    const hasSite = textOf(context, SITE) !== null;
    return [
      requireStep(
        'installed',
        `${BACKEND_NAMES[to]} is installed`,
        isBackendInstalled(context.answers, to),
        `There is no unit ${BACKEND_UNITS[to]} on the host.`,
        `Apply the recipe of ${BACKEND_NAMES[to]} first.`,
      ),
      ...(shimUnit === null ? [] : placed('shim', shimFilesFor(to, shimUnit, context))),
      ...(hasSite ? placed('nginx', [siteFor(to)]) : []),
      {
        id: 'off',
        title: `${BACKEND_NAMES[from]} off`,
        needs: [],
        guard: GUARD.id,
        resource: { kind: 'unit', name: BACKEND_UNITS[from], isEnabled: false, isActive: false, reads: [], onChange: 'restart' },
      },
      {
        id: 'on',
        title: `${BACKEND_NAMES[to]} enabled and running`,
        needs: ['off'],
        guard: GUARD.id,
        resource: { kind: 'unit', name: BACKEND_UNITS[to], isEnabled: true, isActive: true, reads: READS[to], onChange: 'restart' },
      },
      ...(hasSite ? placed('nginx', [nginxServiceStep(GUARD.id, ['site'], [SITE, SITE_LINK])]) : []),
      ...(shimUnit === null ? [] : placed('shim', shimServiceSteps(GUARD.id, []))),
      backendAnswerStep(to, 'ready', ['on'], GUARD.id),
    ];
  },
};

const textOf = ({ answers }: RecipeContext, path: string): string | null => readFileState(answers.get(readFileRequest(path)))?.text ?? null;

const shimFilesFor = (to: ShimBackend, present: string, { shipped }: RecipeContext): readonly Step[] =>
  shimFileSteps({
    settings: (text) => editShimEnv(text, shimBackendEnv(to)),
    unitText: renderShimUnit(shipped.imagesShimUnit(), to, unitValue(readUnit(present), 'Service', 'User') ?? 'invokeai'),
    guard: GUARD.id,
    needs: [],
  });

const siteFor = (to: ShimBackend): Step =>
  siteStep(
    { kind: 'edit', about: 'user interface', edit: (present) => editNginxUi(present ?? '', to) },
    `Site with the user interface of ${BACKEND_NAMES[to]}`,
    GUARD.id,
    [],
  );

/** Steps of another recipe, with ids that are unique in this one. */
const placed = (name: string, steps: readonly Step[]): readonly Step[] =>
  steps.map((step) => ({ ...step, id: `${name}-${step.id}`, needs: step.needs.map((need) => `${name}-${need}`) }));
