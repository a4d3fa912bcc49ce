import { readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { carryShimEnv, editShimEnv, shimBackendEnv } from '../files/shim-env.ts';
import { renderShimUnit, type ShimBackend } from '../files/shim-unit.ts';
import type { ParameterValues, Recipe, RecipeContext } from '../recipe.ts';
import { backendStep, findServedBackend, READ_BACKENDS } from './backends.ts';
import { choiceParameter, switchParameter, textParameter, userParameter } from './parameters.ts';
import { noteStep } from './require.ts';
import { SHIM_ENV, SHIM_PROGRAM, SHIM_UNIT, SHIM_UNIT_PATH, shimFileSteps, shimServiceSteps } from './shim-steps.ts';

/** Of the shim in Python that came before. */
export const EARLIER_ENV = '/var/lib/invokeai/openai_images_shim/shim.env';
const GUARD: Guard = { id: 'images-shim', seconds: 180, units: [{ name: SHIM_UNIT, verb: 'restart' }] };

export const IMAGES_SHIM: Recipe = {
  id: 'images-shim',
  title: 'Images shim',
  summary: "OpenAI's Images API in front of InvokeAI or ComfyUI, on loopback.",
  group: 'first-setup',
  presence: `file ${SHIM_UNIT_PATH} 0`,
  parameters: [
    choiceParameter({
      key: 'backend',
      label: 'Backend',
      help: 'The program that makes the images.',
      initial: 'auto',
      choices: [
        { value: 'auto', label: 'The one in use' },
        { value: 'invokeai', label: 'InvokeAI' },
        { value: 'comfyui', label: 'ComfyUI' },
      ],
    }),
    userParameter({ key: 'user', label: 'System user', help: 'The user that the shim runs as; it is created.', initial: 'invokeai' }),
    switchParameter({
      key: 'requireGpu',
      label: 'Require a GPU',
      help: 'A backend that runs on the CPU counts as not ready.',
      initial: 'yes',
    }),
    textParameter({
      key: 'model',
      label: 'Default model',
      help: 'Used when a request names none; empty for the first SDXL model, else the first SD 1.5.',
      initial: '',
      pattern: /^[\x21-\x7e][\x20-\x7e]{0,199}$/,
      reason: 'Use one line of at most 200 ASCII characters.',
      mayBeEmpty: true,
    }),
    choiceParameter({
      key: 'earlier',
      label: 'Earlier shim',
      help: 'What happens to the Python shim of the same unit, where there is one.',
      initial: 'replace',
      choices: [
        { value: 'replace', label: 'Replace it and carry its settings over' },
        { value: 'leave', label: 'Leave it as it is' },
      ],
    }),
  ],
  guards: [GUARD],
  reads: () => [READ_BACKENDS, readFileRequest(SHIM_UNIT_PATH), readFileRequest(EARLIER_ENV), readFileRequest(SHIM_ENV)],
  steps: (context) => {
    const { values } = context;
    const backend = shimBackendOf(context);
    const user = values['user'] ?? '';
    if (values['earlier'] === 'leave' && isEarlierShim(context)) return [noteStep('left', 'The earlier shim stays')];
    return [
      backendStep(context.answers, backend),
      { id: 'node', title: 'Node.js', needs: [], resource: { kind: 'packages', names: ['nodejs'] } },
      {
        id: 'user',
        title: `System user ${user}`,
        needs: [],
        resource: { kind: 'user', name: user, home: `/var/lib/${user}`, shell: '/usr/sbin/nologin' },
      },
      ...['/opt/ada-images-shim', '/etc/ada-images-shim'].map(
        (path, index): Step => ({
          id: index === 0 ? 'program-folder' : 'settings-folder',
          title: `Folder ${path}`,
          needs: [],
          resource: { kind: 'folder', path, owner: 'root', group: 'root', mode: '755', keepsAttributes: true },
        }),
      ),
      {
        id: 'program',
        title: 'Program of the shim',
        needs: ['program-folder'],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: SHIM_PROGRAM,
          owner: 'root',
          group: 'root',
          mode: '644',
          content: { kind: 'text', text: context.shipped.imagesShim() },
        },
      },
      ...shimFileSteps({
        settings: (present) => settingsText(present, context, backend),
        unitText: renderShimUnit(context.shipped.imagesShimUnit(), backend, user),
        guard: GUARD.id,
        needs: ['program', 'user', 'node', 'settings-folder'],
      }),
      ...shimServiceSteps(GUARD.id, ['program']),
    ];
  },
};

function shimBackendOf(context: RecipeContext): ShimBackend {
  const chosen = context.values['backend'];
  return chosen === 'invokeai' || chosen === 'comfyui' ? chosen : findServedBackend(context);
}

/** The unit of the shim in Python starts uvicorn. */
function isEarlierShim({ answers }: RecipeContext): boolean {
  const unit = readFileState(answers.get(readFileRequest(SHIM_UNIT_PATH)));
  return unit?.text?.slice(0, 20_000).includes('uvicorn') === true;
}

function settingsText(present: string | null, { values, answers }: RecipeContext, backend: ShimBackend): string {
  const earlier = present === null ? readFileState(answers.get(readFileRequest(EARLIER_ENV)))?.text : null;
  const carried = earlier === null || earlier === undefined ? {} : carryShimEnv(earlier).settings;
  return editShimEnv(present, { ...carried, ...shimBackendEnv(backend), ...chosenSettings(values) });
}

function chosenSettings(values: ParameterValues): Record<string, string> {
  const model = values['model'] ?? '';
  return {
    SHIM_REQUIRE_GPU: values['requireGpu'] === 'no' ? 'false' : 'true',
    ...(model === '' ? {} : { INVOKEAI_DEFAULT_MODEL: model }),
  };
}
