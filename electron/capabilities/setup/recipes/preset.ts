import { formatMiB } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { type FileState, type HostAnswers, readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { applyInvokeAiSettings } from '../files/invokeai-yaml.ts';
import { showInvokeAiYaml } from '../files/invokeai-yaml-shown.ts';
import { editShimEnv, readShimEnv } from '../files/shim-env.ts';
import type { ParameterValues, Presence, Recipe, RecipeContext } from '../recipe.ts';
import { BACKEND_UNITS, backendStep, READ_BACKENDS } from './backends.ts';
import { INVOKEAI_VERSION } from './invokeai-parameters.ts';
import { choiceParameter, pathParameter, textParameter } from './parameters.ts';
import { noteStep } from './require.ts';
import { SHIM_ENV, shimServiceSteps } from './shim-steps.ts';

const GUARD: Guard = {
  id: 'preset',
  seconds: 600,
  units: [
    { name: BACKEND_UNITS.invokeai, verb: 'restart' },
    { name: 'invokeai-openai-images-shim.service', verb: 'restart' },
  ],
};
/** InvokeAI prints it after each job. */
const VRAM_LINE = /VRAM in use: (\d{1,4}(?:\.\d{1,4})?)G/;
const PRESETS = 'SHIM_MODEL_PRESETS_JSON';
const MODEL = { pattern: /^[\x21-\x7e][\x20-\x7e]{0,199}$/, reason: 'Use one line of at most 200 ASCII characters.', mayBeEmpty: false };

/** Settings of a job by goal: steps, guidance, and VRAM that stays free for the image in progress. */
const GOALS = {
  speed: { steps: 20, cfgScale: 7, workingMemoryGiB: 3 },
  quality: { steps: 30, cfgScale: 6, workingMemoryGiB: 4 },
} as const;

export const PRESET: Recipe = {
  id: 'preset',
  title: 'Speed or quality',
  group: 'option',
  summary: 'The default model, its steps, and memory settings for fast or for good images.',
  presence: ({ answers }) => presenceOf(readFileState(answers.get(readFileRequest(SHIM_ENV)))),
  parameters: [
    choiceParameter({
      key: 'goal',
      label: 'Goal',
      help: 'Which model images get that name none.',
      initial: 'quality',
      choices: [
        { value: 'speed', label: 'Speed (SD 1.5, 20 steps)' },
        { value: 'quality', label: 'Quality (SDXL, 30 steps)' },
      ],
    }),
    choiceParameter({
      key: 'concurrency',
      label: 'Images at once',
      help: 'InvokeAI works on one at a time; a second one waits there instead of at the gateway.',
      initial: '1',
      choices: [
        { value: '1', label: '1' },
        { value: '2', label: '2' },
      ],
    }),
    textParameter({
      key: 'speedModel',
      label: 'Model for speed',
      help: 'Its name in InvokeAI.',
      initial: 'stable-diffusion-v1-5',
      ...MODEL,
    }),
    textParameter({
      key: 'qualityModel',
      label: 'Model for quality',
      help: 'Its name in InvokeAI.',
      initial: 'stable-diffusion-xl-base-1.0',
      ...MODEL,
    }),
    pathParameter({ key: 'root', label: 'Root folder', help: 'The root folder of InvokeAI.', initial: '/var/lib/invokeai' }),
  ],
  guards: [GUARD],
  reads: () => [READ_BACKENDS, readFileRequest(SHIM_ENV), 'vram'],
  steps: (context) => {
    const { values, answers } = context;
    const root = values['root'] ?? '';
    const yaml = `${root}/invokeai.yaml`;
    return [
      backendStep(answers, 'invokeai'),
      noteStep('vram', describeVram(context)),
      {
        id: 'settings',
        title: 'Memory settings in invokeai.yaml',
        needs: [],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: yaml,
          owner: 'invokeai',
          group: 'invokeai',
          mode: '644',
          as: 'invokeai',
          keepsAttributes: true,
          content: { kind: 'edit', about: 'memory settings', shows: showInvokeAiYaml, edit: (present) => settingsText(present, values) },
        },
      },
      {
        id: 'shim-settings',
        title: 'Default model and presets in shim.env',
        needs: [],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: SHIM_ENV,
          owner: 'root',
          group: 'root',
          mode: '644',
          keepsAttributes: true,
          content: { kind: 'edit', about: 'default model', edit: (present) => editShimEnv(present, shimSettings(values)) },
        },
      },
      service(yaml),
      ...shimServiceSteps(GUARD.id, ['shim-settings', 'service']),
    ];
  },
};

/** A shim without presets of these names runs as well: nobody has chosen one. */
function presenceOf(shimEnv: FileState | null | undefined): Presence {
  if (shimEnv === undefined || shimEnv?.isReadable === false) return 'unknown';
  const presets = readShimEnv(shimEnv?.text ?? '').get(PRESETS) ?? '';
  return Object.keys(GOALS).every((goal) => presets.includes(`"${goal}":`)) ? 'present' : 'absent';
}

const service = (yaml: string): Step => ({
  id: 'service',
  title: 'InvokeAI runs with the settings',
  needs: ['settings'],
  guard: GUARD.id,
  resource: { kind: 'unit', name: BACKEND_UNITS.invokeai, isEnabled: true, isActive: true, reads: [yaml], onChange: 'restart' },
});

const goalOf = (values: ParameterValues): keyof typeof GOALS => (values['goal'] === 'speed' ? 'speed' : 'quality');

function settingsText(present: string | null, values: ParameterValues): string {
  const { workingMemoryGiB } = GOALS[goalOf(values)];
  return applyInvokeAiSettings(present, { device_working_mem_gb: workingMemoryGiB }, { version: INVOKEAI_VERSION }).text;
}

function shimSettings(values: ParameterValues): Record<string, string> {
  const names = { speed: values['speedModel'] ?? '', quality: values['qualityModel'] ?? '' };
  const preset = (goal: keyof typeof GOALS) => ({ model: names[goal], steps: GOALS[goal].steps, cfg_scale: GOALS[goal].cfgScale });
  return {
    INVOKEAI_DEFAULT_MODEL: names[goalOf(values)],
    [PRESETS]: JSON.stringify({ speed: preset('speed'), quality: preset('quality') }),
  };
}

/** The VRAM of the newest jobs as InvokeAI reported it, against that of the GPU. */
function describeVram({ values, answers, facts }: RecipeContext): string {
  const peakMiB = reportedPeakMiB(answers);
  const totalMiB = facts.gpus[0]?.memoryMiB ?? null;
  const gateway = `set images: ${values['concurrency']} in the recipe Gateway of the gateway's host`;
  if (peakMiB === null) return `VRAM of a job: not measured yet, InvokeAI has reported no job; ${gateway}`;
  return `VRAM of the newest jobs: up to ${formatMiB(peakMiB)} of ${formatMiB(totalMiB)}; ${gateway}`;
}

/** The most VRAM that a job needed, of the answer to `vram`; null = InvokeAI reported none. */
export function reportedPeakMiB(answers: Pick<HostAnswers, 'get'>): number | null {
  const reported = (answers.get('vram')?.lines ?? [])
    .map((line) => VRAM_LINE.exec(plainText(line, 300))?.[1])
    .filter((figure) => figure !== undefined);
  return reported.length === 0 ? null : Math.max(...reported.map(Number)) * 1024;
}
