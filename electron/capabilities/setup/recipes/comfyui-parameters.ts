import type { Parameter, ParameterValues } from '../recipe.ts';
import { numberParameter, pathParameter, textParameter, urlParameter, userParameter } from './parameters.ts';
import { DEVICE_PARAMETER, INDEX_PARAMETER, INSTALLER_PARAMETER } from './python-programs.ts';

/** The tag that a new checkout gets unless another one is chosen. */
const COMFYUI_TAG = 'v0.3.64';
const REPOSITORY = 'https://github.com/Comfy-Org/ComfyUI.git';
const repository = urlParameter({
  key: 'repository',
  label: 'Repository',
  help: 'Address of the Git repository, or of a mirror.',
  initial: REPOSITORY,
});

export const COMFYUI_PARAMETERS: readonly Parameter[] = [
  textParameter({
    key: 'tag',
    label: 'Version',
    help: 'Tag of ComfyUI to install.',
    initial: COMFYUI_TAG,
    pattern: /^v\d{1,3}\.\d{1,3}\.\d{1,3}$/,
    reason: 'Use a tag such as v0.3.64.',
    mayBeEmpty: false,
  }),
  DEVICE_PARAMETER,
  INSTALLER_PARAMETER,
  pathParameter({
    key: 'folder',
    label: 'Folder',
    help: 'Holds models, images and custom nodes; they stay there when the version changes.',
    initial: '/opt/ComfyUI',
  }),
  userParameter({ key: 'user', label: 'System user', help: 'The user that ComfyUI runs as; it is created.', initial: 'comfyui' }),
  numberParameter({
    key: 'reservedVramGiB',
    label: 'Reserved VRAM',
    help: 'In GiB, left to other programs; 0 lets ComfyUI choose.',
    initial: '0',
    min: 0,
    max: 64,
  }),
  { ...repository, check: (value) => (value === '' ? 'Use an address like https://host/path.' : repository.check(value)) },
  INDEX_PARAMETER,
  urlParameter({
    key: 'torchIndex',
    label: 'Index of torch',
    help: "Address of an index with builds of torch; empty for PyTorch's own with the build for this GPU, or for the package index if one is named.",
    initial: '',
  }),
];

/** Values of the recipe in their own types. */
export interface ComfyUiValues {
  readonly tag: string;
  readonly isCpu: boolean;
  readonly isUv: boolean;
  readonly folder: string;
  readonly user: string;
  readonly reservedVramGiB: number;
  readonly repository: string;
  readonly index: string | null;
  readonly torchIndex: string | null;
}

export function readComfyUiValues(values: ParameterValues): ComfyUiValues {
  const text = (key: string): string => values[key] ?? '';
  const textOrNull = (key: string): string | null => (text(key) === '' ? null : text(key));
  return {
    tag: text('tag'),
    isCpu: text('device') === 'cpu',
    isUv: text('tool') === 'uv',
    folder: text('folder'),
    user: text('user'),
    reservedVramGiB: Number(text('reservedVramGiB')),
    repository: text('repository'),
    index: textOrNull('index'),
    torchIndex: textOrNull('torchIndex'),
  };
}
