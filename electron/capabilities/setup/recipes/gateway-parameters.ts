import { UnitName } from '../../../../shared/identifiers.ts';
import type { Parameter, ParameterValues } from '../recipe.ts';
import { choiceParameter, numberParameter, pathParameter, portParameter, textParameter, urlParameter } from './parameters.ts';

const unit = textParameter({
  key: 'unit',
  label: 'Unit',
  help: 'The unit of systemd that the gateway runs as; it is restarted.',
  initial: 'gateway.service',
  pattern: /^\S{1,200}$/,
  reason: 'Use a name such as gateway.service.',
  mayBeEmpty: false,
});
const url = urlParameter({
  key: 'baseUrl',
  label: 'Address of the images',
  help: 'Where nginx of the GPU host listens, as the gateway reaches it, such as http://gpu-host:7860.',
  initial: '',
});

export const GATEWAY_PARAMETERS: readonly Parameter[] = [
  {
    ...url,
    check: (value) => url.check(value) ?? (value.endsWith('/') || value.endsWith('/v1') ? 'Leave out /v1 and the last slash.' : null),
  },
  choiceParameter({
    key: 'backend',
    label: 'Images',
    help: 'Test images are also held back while the backend class is not ready.',
    initial: 'http_openai_images',
    choices: [
      { value: 'http_openai_images', label: 'Of the GPU host' },
      { value: 'mock', label: 'Test images' },
    ],
  }),
  textParameter({
    key: 'backendClass',
    label: 'Backend class',
    help: 'The class whose health and limit count for images.',
    initial: 'gpu_heavy',
    pattern: /^[A-Za-z0-9_-]{1,60}$/,
    reason: 'Use letters, digits, dashes and underscores.',
    mayBeEmpty: false,
  }),
  textParameter({
    key: 'model',
    label: 'Default model',
    help: 'Sent when a request names none; empty leaves it as it is.',
    initial: '',
    pattern: /^[\x21-\x7e][\x20-\x7e]{0,199}$/,
    reason: 'Use one line of at most 200 ASCII characters.',
    mayBeEmpty: true,
  }),
  numberParameter({
    key: 'concurrency',
    label: 'Images at a time',
    help: 'Further requests get status 429 at once; a deploy of the gateway sets its own number again.',
    initial: '2',
    min: 1,
    max: 32,
  }),
  pathParameter({ key: 'envFile', label: 'Environment file', help: 'Of the gateway, on its host.', initial: '/var/lib/gateway/app/.env' }),
  pathParameter({
    key: 'backendsFile',
    label: 'List of backends',
    help: 'Of the gateway, on its host.',
    initial: '/var/lib/gateway/app/app/backends_config.yaml',
  }),
  { ...unit, check: (value) => (UnitName.safeParse(value).success ? unit.check(value) : 'Use a name such as gateway.service.') },
  portParameter({ key: 'healthPort', label: 'Observability port', help: 'Where the gateway reports its health.', initial: '8801' }),
];

/** Values of the recipe in their own types. */
export interface GatewayValues {
  readonly baseUrl: string;
  readonly backend: string;
  readonly backendClass: string;
  readonly model: string | null;
  readonly concurrency: number;
  readonly envFile: string;
  readonly backendsFile: string;
  readonly unit: string;
  readonly healthPort: number;
}

export function readGatewayValues(values: ParameterValues): GatewayValues {
  const text = (key: string): string => values[key] ?? '';
  return {
    baseUrl: text('baseUrl'),
    backend: text('backend'),
    backendClass: text('backendClass'),
    model: text('model') === '' ? null : text('model'),
    concurrency: Number(text('concurrency')),
    envFile: text('envFile'),
    backendsFile: text('backendsFile'),
    unit: text('unit'),
    healthPort: Number(text('healthPort')),
  };
}
