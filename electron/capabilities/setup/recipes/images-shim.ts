import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { readFileRequest, readFileState } from '../engine/answers.ts';
import type { Guard, Step } from '../engine/resources.ts';
import { carryShimEnv, editShimEnv, shimBackendEnv } from '../files/shim-env.ts';
import { renderShimUnit, type ShimBackend } from '../files/shim-unit.ts';
import type { ParameterValues, Recipe, RecipeContext } from '../recipe.ts';
import { choiceParameter, switchParameter, textParameter, userParameter } from './parameters.ts';

export const SHIM_UNIT = 'invokeai-openai-images-shim.service';
export const SHIM_UNIT_PATH = `/etc/systemd/system/${SHIM_UNIT}`;
const PROGRAM = '/opt/ada-images-shim/images-shim.cjs';
export const SHIM_ENV = '/etc/ada-images-shim/shim.env';
/** Of the shim in Python that came before. */
const EARLIER_ENV = '/var/lib/invokeai/openai_images_shim/shim.env';
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
      initial: 'invokeai',
      choices: [
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
  reads: () => [readFileRequest(SHIM_UNIT_PATH), readFileRequest(EARLIER_ENV), readFileRequest(SHIM_ENV)],
  steps: (context) => {
    const { values } = context;
    const backend: ShimBackend = values['backend'] === 'comfyui' ? 'comfyui' : 'invokeai';
    const user = values['user'] ?? '';
    if (values['earlier'] === 'leave' && isEarlierShim(context)) return [leftStep()];
    return [
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
          path: PROGRAM,
          owner: 'root',
          group: 'root',
          mode: '644',
          content: { kind: 'text', text: context.shipped.imagesShim() },
        },
      },
      {
        id: 'settings',
        title: 'shim.env',
        needs: ['settings-folder'],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: SHIM_ENV,
          owner: 'root',
          group: 'root',
          mode: '644',
          keepsAttributes: true,
          content: { kind: 'edit', about: 'settings of the shim', edit: (present) => settingsText(present, context, backend) },
        },
      },
      {
        id: 'unit',
        title: `Unit ${SHIM_UNIT}`,
        needs: ['program', 'user', 'node'],
        guard: GUARD.id,
        resource: {
          kind: 'file',
          path: SHIM_UNIT_PATH,
          owner: 'root',
          group: 'root',
          mode: '644',
          check: 'unit',
          content: { kind: 'text', text: renderShimUnit(context.shipped.imagesShimUnit(), backend, user) },
        },
      },
      {
        id: 'service',
        title: 'Images shim enabled and running',
        needs: ['unit', 'settings', 'program'],
        guard: GUARD.id,
        resource: {
          kind: 'unit',
          name: SHIM_UNIT,
          isEnabled: true,
          isActive: true,
          reads: [SHIM_UNIT_PATH, SHIM_ENV, PROGRAM],
          onChange: 'restart',
        },
      },
      {
        id: 'answer',
        title: `The shim responds on port ${DEFAULT_PORTS.shim}`,
        needs: ['service'],
        guard: GUARD.id,
        resource: { kind: 'answer', url: `http://127.0.0.1:${DEFAULT_PORTS.shim}/healthz`, status: 200, json: true, withinS: 60 },
      },
    ];
  },
};

/** The unit of the shim in Python starts uvicorn. */
function isEarlierShim({ answers }: RecipeContext): boolean {
  const unit = readFileState(answers.get(readFileRequest(SHIM_UNIT_PATH)));
  return unit?.text?.slice(0, 20_000).includes('uvicorn') === true;
}

const leftStep = (): Step => ({
  id: 'left',
  title: 'The earlier shim stays',
  needs: [],
  resource: { kind: 'require', holds: true, reason: '', remedy: '', isFatal: false },
});

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
