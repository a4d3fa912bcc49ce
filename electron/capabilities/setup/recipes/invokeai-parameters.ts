import type { Parameter, ParameterValues } from '../recipe.ts';
import {
  choiceParameter,
  numberParameter,
  pathParameter,
  portParameter,
  switchParameter,
  textParameter,
  urlParameter,
  userParameter,
} from './parameters.ts';

import { DEVICE_PARAMETER, INDEX_PARAMETER, INSTALLER_PARAMETER } from './python-programs.ts';

const LEAST_PASSWORD_CHARS = 8;

/** The version that a new environment gets unless another one is chosen. */
export const INVOKEAI_VERSION = '6.14.2';

export const INVOKEAI_PARAMETERS: readonly Parameter[] = [
  textParameter({
    key: 'version',
    label: 'Version',
    help: 'Version of InvokeAI to install.',
    initial: INVOKEAI_VERSION,
    pattern: /^6\.\d{1,3}\.\d{1,3}$/,
    reason: 'Use a version of InvokeAI 6, such as 6.14.2.',
    mayBeEmpty: false,
  }),
  DEVICE_PARAMETER,
  INSTALLER_PARAMETER,
  pathParameter({ key: 'root', label: 'Root folder', help: 'Holds settings, models and images.', initial: '/var/lib/invokeai' }),
  userParameter({ key: 'user', label: 'System user', help: 'The user that InvokeAI runs as; it is created.', initial: 'invokeai' }),
  portParameter({ key: 'port', label: 'Port', help: 'Port on loopback; nginx passes requests on to it.', initial: '9090' }),
  choiceParameter({
    key: 'host',
    label: 'Listen on',
    help: 'InvokeAI has no login of its own unless multi-user is on.',
    initial: '127.0.0.1',
    choices: [
      { value: '127.0.0.1', label: 'This host only' },
      { value: '0.0.0.0', label: 'All networks' },
    ],
  }),
  numberParameter({
    key: 'cacheRamGiB',
    label: 'Model cache in RAM',
    help: 'In GiB; 0 lets InvokeAI choose.',
    initial: '0',
    min: 0,
    max: 2048,
  }),
  choiceParameter({
    key: 'models',
    label: 'Models',
    help: 'Models to download once InvokeAI runs.',
    initial: 'sdxl',
    choices: [
      { value: 'sdxl', label: 'SDXL base (quality)' },
      { value: 'sd15', label: 'Stable Diffusion 1.5 (speed)' },
      { value: 'both', label: 'Both' },
      { value: 'none', label: 'None' },
    ],
  }),
  switchParameter({ key: 'multiuser', label: 'Multi-user', help: 'Users sign in to InvokeAI (from 6.12).', initial: 'no' }),
  textParameter({
    key: 'adminEmail',
    label: 'Administrator',
    help: 'E-mail address of the administrator, with multi-user.',
    initial: '',
    pattern: /^[^\s@]{1,100}@[^\s@]{1,100}$/,
    reason: 'Use an e-mail address.',
    mayBeEmpty: true,
  }),
  {
    key: 'adminPassword',
    label: "Administrator's password",
    help: 'Sent to InvokeAI once, to create the administrator.',
    kind: 'secret',
    initial: '',
    check: (value) => (value === '' || value.length >= LEAST_PASSWORD_CHARS ? null : `Use at least ${LEAST_PASSWORD_CHARS} characters.`),
  },
  switchParameter({
    key: 'privateDownloads',
    label: 'Downloads from private addresses',
    help: 'Lets InvokeAI download models from servers of your own network (from 6.13).',
    initial: 'no',
  }),
  INDEX_PARAMETER,
  urlParameter({
    key: 'torchIndex',
    label: 'Index of torch',
    help: 'Address of an index with builds of torch; empty for the build of the package index.',
    initial: '',
  }),
];

const MODELS: Readonly<Record<string, readonly ('sdxl' | 'sd15')[]>> = { sdxl: ['sdxl'], sd15: ['sd15'], both: ['sdxl', 'sd15'] };

/** Values of the recipe in their own types. */
export interface InvokeAiValues {
  readonly version: string;
  readonly isCpu: boolean;
  readonly isUv: boolean;
  readonly root: string;
  readonly user: string;
  readonly port: number;
  readonly host: string;
  readonly cacheRamGiB: number | null;
  readonly models: readonly ('sdxl' | 'sd15')[];
  readonly isMultiuser: boolean;
  readonly adminEmail: string;
  readonly adminPassword: string;
  readonly mayDownloadPrivately: boolean;
  readonly index: string | null;
  readonly torchIndex: string | null;
}

export function readInvokeAiValues(values: ParameterValues): InvokeAiValues {
  const text = (key: string): string => values[key] ?? '';
  const textOrNull = (key: string): string | null => (text(key) === '' ? null : text(key));
  return {
    version: text('version'),
    isCpu: text('device') === 'cpu',
    isUv: text('tool') === 'uv',
    root: text('root'),
    user: text('user'),
    port: Number(text('port')),
    host: text('host'),
    cacheRamGiB: text('cacheRamGiB') === '0' ? null : Number(text('cacheRamGiB')),
    models: MODELS[text('models')] ?? [],
    isMultiuser: text('multiuser') === 'yes',
    adminEmail: text('adminEmail'),
    adminPassword: text('adminPassword'),
    mayDownloadPrivately: text('privateDownloads') === 'yes',
    index: textOrNull('index'),
    torchIndex: textOrNull('torchIndex'),
  };
}
