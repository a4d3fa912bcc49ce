import { expect, it } from 'vitest';
import { parseAnswers } from '../../../foundation/host-reader/answers.ts';
import { findServedBackend, isOnStandby, READ_BACKENDS } from './backends.ts';

type State = 'active' | 'enabled' | 'off' | 'none';

/** What the reader prints for the two units (docstring of hostRead). */
const answersOf = (invokeai: State, comfyui: State) =>
  parseAnswers(
    `\u001e${READ_BACKENDS} ok\n${[
      ['invokeai', invokeai],
      ['comfyui', comfyui],
    ]
      .map(([name, state]) =>
        [
          `Id=${name}.service`,
          `LoadState=${state === 'none' ? 'not-found' : 'loaded'}`,
          `ActiveState=${state === 'active' ? 'active' : 'inactive'}`,
          `UnitFileState=${state === 'off' || state === 'none' ? 'disabled' : 'enabled'}`,
          '',
        ].join('\n'),
      )
      .join('\n')}`,
  );

it.each<[State, State, readonly string[], boolean, boolean, string]>([
  ['none', 'none', ['comfyui', 'images-shim'], false, false, 'comfyui'],
  ['none', 'none', ['invokeai', 'comfyui'], false, true, 'invokeai'],
  ['none', 'none', ['images-shim'], false, false, 'invokeai'],
  ['none', 'off', ['images-shim'], false, false, 'comfyui'],
  ['off', 'none', ['comfyui', 'images-shim'], false, false, 'comfyui'],
  ['active', 'none', ['comfyui', 'images-shim'], false, true, 'invokeai'],
  ['off', 'active', ['invokeai', 'comfyui'], true, false, 'comfyui'],
  ['enabled', 'off', ['comfyui'], false, true, 'invokeai'],
  ['enabled', 'active', [], true, false, 'comfyui'],
  ['active', 'active', [], false, false, 'invokeai'],
])('with InvokeAI %s and ComfyUI %s, setting up %j', (invokeai, comfyui, together, isInvokeAiOff, isComfyUiOff, served) => {
  const context = { answers: answersOf(invokeai, comfyui), together };
  expect(isOnStandby(context, 'invokeai')).toBe(isInvokeAiOff);
  expect(isOnStandby(context, 'comfyui')).toBe(isComfyUiOff);
  expect(findServedBackend(context)).toBe(served);
});
