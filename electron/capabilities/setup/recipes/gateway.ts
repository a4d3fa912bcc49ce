import { toPanelError } from '../../../../shared/errors.ts';
import {
  type HostAnswers,
  readFileRequest,
  readFileState,
  readStatRequest,
  readUnitStates,
  readUnitsRequest,
} from '../../../foundation/host-reader/answers.ts';
import { proveGateway } from '../api/gateway.ts';
import type { GatewayOfHost } from '../api/operation.ts';
import type { FileResource, Guard, Step } from '../engine/resources.ts';
import { editBackendsYaml, readBackendsYaml } from '../files/backends-yaml.ts';
import { editGatewayEnv, readGatewayEnv, showGatewayEnv } from '../files/gateway-env.ts';
import type { Recipe } from '../recipe.ts';
import { GATEWAY_PARAMETERS, type GatewayValues, readGatewayValues } from './gateway-parameters.ts';
import { isPlainPath } from './parameters.ts';
import { noteStep, requireStep } from './require.ts';

const GUARD = 'gateway';
const ANSWER_WITHIN_S = 90;
/** Longer than restart, start, the first check of the backends, and an image of a model that is loaded first. */
const GUARD_SECONDS = 480;
/** Where the gateway saves images unless UI_IMAGE_DIR names another folder. */
const IMAGE_FOLDER = '/var/lib/gateway/data/ui_images';

const guardOf = ({ unit }: GatewayValues): Guard => ({ id: GUARD, seconds: GUARD_SECONDS, units: [{ name: unit, verb: 'restart' }] });

export const GATEWAY: Recipe = {
  id: 'gateway',
  title: 'Gateway',
  summary: 'The gateway on this host takes its images from a GPU host.',
  presence: ({ answers, values, facts }) => {
    if (facts.distribution === 'macos') return { elsewhere: MACOS_REASON };
    const { envFile, unit } = readGatewayValues(values);
    const isThere = hasUnit(answers, unit) || readFileState(answers.get(readFileRequest(envFile))) !== null;
    return isThere ? 'present' : { elsewhere: 'The gateway is not installed on this host.' };
  },
  parameters: GATEWAY_PARAMETERS,
  guards: (texts) => [guardOf(readGatewayValues(texts))],
  reads: (texts) => {
    const { envFile, backendsFile, unit } = readGatewayValues(texts);
    return [
      readUnitsRequest([unit]),
      ...[envFile, backendsFile].flatMap((path) => [readFileRequest(path), readStatRequest(folderOf(path))]),
    ];
  },
  steps: ({ values: texts, answers, facts, gateway }) => {
    if (facts.distribution === 'macos') return [MACOS_STEP];
    const values = readGatewayValues(texts);
    const { envFile, backendsFile, unit, healthPort } = values;
    const env = textOf(answers, envFile);
    const backends = textOf(answers, backendsFile);
    const needed = requirementSteps(values, answers, backends);
    if (needed.some(({ resource }) => resource.kind === 'require' && !resource.holds)) return needed;
    const state = readUnitStates(answers.get(readUnitsRequest([unit]))).get(unit);
    const user = state?.get('User');
    return [
      ...needed,
      ...(env === null ? [] : [imageFolderStep(env, user === undefined || user === '' ? 'root' : user)]),
      {
        id: 'environment',
        title: "Image settings in the gateway's environment",
        needs: [],
        guard: GUARD,
        resource: envFileOf(values, answers),
      },
      {
        id: 'backends',
        title: `Limit and address of ${values.backendClass}`,
        needs: [],
        guard: GUARD,
        resource: backendsFileOf(values, answers),
      },
      {
        id: 'service',
        title: 'Gateway running with these settings',
        needs: ['environment', 'backends'],
        guard: GUARD,
        resource: {
          kind: 'unit',
          name: unit,
          isEnabled: state?.get('UnitFileState') === 'enabled',
          isActive: true,
          reads: [envFile, backendsFile],
          onChange: 'restart',
        },
      },
      {
        id: 'answer',
        title: `The gateway reports its health on port ${healthPort}`,
        needs: ['service'],
        guard: GUARD,
        resource: { kind: 'answer', url: `http://127.0.0.1:${healthPort}/health`, status: 200, json: true, withinS: ANSWER_WITHIN_S },
      },
      proofStep(values, backends ?? '', gateway),
    ];
  },
};

/** Its gateway is a service of launchd with files of other owners, which these steps do not fit. */
const MACOS_REASON = 'This host runs macOS, where the gateway is a service of launchd; Setup changes a gateway on Linux only.';
const MACOS_STEP = requireStep(
  'system',
  'Linux with systemd',
  false,
  MACOS_REASON,
  'Change the image settings of its environment file and backends_config.yaml by hand, then restart it with launchctl.',
);

/** Its status and an image, where the panel has the token of this gateway. */
function proofStep(values: GatewayValues, backends: string, gateway: GatewayOfHost): Step {
  if (gateway.kind === 'unusable') return noteStep('proof', `Not proven by an image: ${gateway.reason}`);
  const { backendClass, concurrency } = values;
  const withImage = values.backend !== 'mock';
  return {
    id: 'proof',
    title: `The gateway reports ${backendClass} ready for ${concurrency} at a time${withImage ? ', and serves an image' : ''}`,
    needs: ['answer'],
    guard: GUARD,
    resource: {
      kind: 'api',
      downloadBytes: null,
      operation: proveGateway({
        address: gateway.address,
        backendClass,
        backendName: readBackendsYaml(backends).find(({ className }) => className === backendClass)?.name ?? backendClass,
        limit: concurrency,
        withImage,
      }),
    },
  };
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
const textOf = (answers: HostAnswers, path: string): string | null => readFileState(answers.get(readFileRequest(path)))?.text ?? null;

const hasUnit = (answers: HostAnswers, unit: string): boolean =>
  readUnitStates(answers.get(readUnitsRequest([unit])))
    .get(unit)
    ?.get('LoadState') === 'loaded';

function requirementSteps(values: GatewayValues, answers: HostAnswers, backends: string | null): readonly Step[] {
  const { unit, envFile, backendsFile, backendClass, baseUrl } = values;
  const { hasClass, reason } = findClass(backends ?? '', backendClass);
  // A file that only root may read is there; planning as root reads it.
  const fileStep = (id: string, path: string): Step =>
    requireStep(
      id,
      path,
      readFileState(answers.get(readFileRequest(path))) !== null,
      `${path} is missing.`,
      'Install the gateway, or name its file in the parameters.',
    );
  return [
    requireStep(
      'unit',
      `Unit ${unit}`,
      hasUnit(answers, unit),
      `There is no unit ${unit}.`,
      'Name the unit of the gateway in the parameters.',
    ),
    fileStep('environment-file', envFile),
    fileStep('backends-file', backendsFile),
    ...(backends === null
      ? []
      : [requireStep('class', `Backend class ${backendClass}`, hasClass, reason, 'Name a class of this file in the parameters.')]),
    requireStep(
      'address',
      'Address of the images',
      baseUrl !== '',
      'No address is set.',
      'Set the address of the images in the parameters.',
    ),
  ];
}

function findClass(text: string, name: string): { readonly hasClass: boolean; readonly reason: string } {
  try {
    const classes = readBackendsYaml(text).map(({ className }) => className);
    return { hasClass: classes.includes(name), reason: `The gateway has the classes ${classes.slice(0, 20).join(', ')}.` };
  } catch (thrown) {
    return { hasClass: false, reason: toPanelError(thrown).message };
  }
}

/** Without a folder that it can write to the gateway returns images inside of its replies, and the panel shows none. */
function imageFolderStep(env: string, user: string): Step {
  const named = readGatewayEnv(env).get('UI_IMAGE_DIR') ?? '';
  const path = isPlainPath(named) ? named : IMAGE_FOLDER;
  return {
    id: 'image-folder',
    title: 'Image folder that the gateway can write to',
    needs: [],
    resource: { kind: 'folder', path, owner: user, group: user, mode: '755', keepsAttributes: 'writable' },
  };
}

/** A present file in a folder of the gateway's user, which that user writes. */
const placed = (path: string, answers: HostAnswers): Omit<FileResource, 'content'> => {
  const owner = readFileState(answers.get(readStatRequest(folderOf(path))))?.owner ?? 'root';
  const base = { kind: 'file', path, owner: 'root', group: 'root', mode: '600', keepsAttributes: true } as const;
  return owner === 'root' ? base : { ...base, as: owner };
};

function envFileOf(values: GatewayValues, answers: HostAnswers): FileResource {
  const changes = {
    IMAGES_BACKEND: values.backend,
    IMAGES_BACKEND_CLASS: values.backendClass,
    IMAGES_HTTP_BASE_URL: values.baseUrl,
    ...(values.model === null ? {} : { IMAGES_OPENAI_MODEL: values.model }),
  };
  return {
    ...placed(values.envFile, answers),
    note: 'Only these variables are shown and changed.',
    content: {
      kind: 'edit',
      about: 'image settings',
      edit: (present) => editGatewayEnv(present ?? '', changes),
      shows: (text) => showGatewayEnv(text, Object.keys(changes)),
    },
  };
}

/** The gateway checks the health of the address in this file, and sends images to the one of its environment. */
function backendsFileOf({ backendsFile, backendClass, concurrency, baseUrl }: GatewayValues, answers: HostAnswers): FileResource {
  return {
    ...placed(backendsFile, answers),
    note: 'A deploy of the gateway replaces this file; change its source as well.',
    content: {
      kind: 'edit',
      about: 'limit and address',
      edit: (present) => (present === null ? '' : editBackendsYaml(present, backendClass, { imagesLimit: concurrency, baseUrl })),
    },
  };
}
