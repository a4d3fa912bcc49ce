import { checkedUser } from './checked-words.ts';
import { INSTALLED_COMMENT } from './text.ts';

/** What the shim makes images with. */
export type ShimBackend = 'invokeai' | 'comfyui';

const BACKENDS = {
  invokeai: { unit: 'invokeai.service', mode: 'invokeai_queue', name: 'InvokeAI' },
  comfyui: { unit: 'comfyui.service', mode: 'comfyui', name: 'ComfyUI' },
} as const;

/**
 * The shim's unit for this backend: `shipped` is the text of ada2/images-shim/invokeai-openai-images-shim.service, of which the lines that
 * name InvokeAI change. Throws an Error when the shipped text lacks one of them: a fault of this program. Errors: `setup-bad-parameter` for the user.
 */
export function renderShimUnit(shipped: string, backend: ShimBackend, user: string): string {
  const { unit, mode, name } = BACKENDS[backend];
  const account = checkedUser('The user', user);
  const changes: Readonly<Record<string, string>> = {
    'Description=OpenAI Images front of InvokeAI': `Description=OpenAI Images front of ${name}`,
    'Requires=invokeai.service': `Requires=${unit}`,
    'After=network.target invokeai.service': `After=network.target ${unit}`,
    'User=invokeai': `User=${account}`,
    'Group=invokeai': `Group=${account}`,
    'Environment=NODE_ENV=production SHIM_MODE=invokeai_queue': `Environment=NODE_ENV=production SHIM_MODE=${mode}`,
  };
  const lines = shipped.trimEnd().split('\n');
  const missing = Object.keys(changes).find((line) => !lines.includes(line));
  if (missing !== undefined) throw new Error(`The unit of the images shim has no line "${missing}"`);
  return `${[INSTALLED_COMMENT, ...lines.map((line) => changes[line] ?? line)].join('\n')}\n`;
}
