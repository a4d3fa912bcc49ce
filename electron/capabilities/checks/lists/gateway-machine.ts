import { posix } from 'node:path';
import type { CheckRemedy } from '../../../../shared/capabilities/checks/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { formatBytes } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import {
  type HostAnswers,
  readFileRequest,
  readFileState,
  readStatRequest,
  readUnitStates,
  readUnitsRequest,
  readUserRequest,
} from '../../../foundation/host-reader/answers.ts';
import { GATEWAY_ENV as ENV_FILE, REQUEST_LOG } from '../../gateway/requests/log-path.ts';
import { mayWrite } from '../../setup/adopt/access.ts';
import { readBackendsYaml } from '../../setup/files/backends-yaml.ts';
import { readGatewayEnv } from '../../setup/files/gateway-env.ts';
import { isPlainPath } from '../../setup/recipes/parameters.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, type Reads, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gatewayCheck } from './gateway-check.ts';
import { MACHINE_TEXT as TEXT } from './gateway-machine-text.ts';
import { readStatus } from './gateway-status.ts';

const BACKENDS_FILE = '/var/lib/gateway/app/app/backends_config.yaml';
const DATA = '/var/lib/gateway/data';
const IMAGE_FOLDER = `${DATA}/ui_images`;
const UNIT = 'gateway.service';
const GIB = 1024 ** 3;

const APPLY = byRecipe('gateway', TEXT.apply);
const isOff = (value: string): boolean => /^(?:0|false|no|off)$/i.test(value);

const envText = (answers: HostAnswers): string | null => readFileState(answers.get(readFileRequest(ENV_FILE)))?.text ?? null;
const pathIn = (answers: HostAnswers, name: string, usual: string): string => {
  const named = readGatewayEnv(envText(answers) ?? '').get(name) ?? '';
  return isPlainPath(named) ? posix.normalize(named) : usual;
};
const imageFolder = (answers: HostAnswers): string => pathIn(answers, 'UI_IMAGE_DIR', IMAGE_FOLDER);
const requestLog = (answers: HostAnswers): string => pathIn(answers, 'REQUEST_LOG_PATH', REQUEST_LOG);
const unitState = (answers: HostAnswers) => readUnitStates(answers.get(readUnitsRequest([UNIT]))).get(UNIT);
const userOf = (answers: HostAnswers): string => unitState(answers)?.get('User') || 'root';

const ENV_READS: Reads = {
  first: ['os', readFileRequest(ENV_FILE), readUnitsRequest([UNIT])],
  second: (answers) => [readStatRequest(imageFolder(answers)), readStatRequest(requestLog(answers)), readUserRequest(userOf(answers))],
};

/** What the gateway's machine shows to the login. */
export const GATEWAY_MACHINE_CHECKS: readonly Check[] = [
  gatewayCheck(
    {
      id: 'gateway_env',
      title: 'Image settings of the gateway',
      about:
        'Its environment sets IMAGES_BACKEND, IMAGES_BACKEND_CLASS and IMAGES_HTTP_BASE_URL for the images shim; IMAGES_OPENAI_MODEL is optional.',
      gatewayReads: ENV_READS,
    },
    ({ gateway }, { imagesClass }) => ofFile(gateway.answers(), ENV_FILE, (text) => judgeEnv(readGatewayEnv(text), imagesClass)),
  ),
  gatewayCheck(
    {
      id: 'gateway_image_folder',
      title: 'Image folder of the gateway',
      about: 'UI_IMAGE_DIR exists, and the user of the gateway can write to it; otherwise images come without an address.',
      gatewayReads: ENV_READS,
    },
    ({ gateway }) => judgeFolder(gateway.answers()),
  ),
  gatewayCheck(
    {
      id: 'gateway_limits',
      title: 'Limit of images',
      about: 'The limit of images in backends_config.yaml is the one that the gateway uses.',
      gatewayReads: { first: ['os', readFileRequest(BACKENDS_FILE)] },
    },
    (sources, { imagesClass }) => judgeLimits(sources, imagesClass),
  ),
  gatewayCheck(
    {
      id: 'gateway_request_log',
      title: 'Log of requests',
      about: 'The gateway writes requests.jsonl, from which rates and failures are read.',
      gatewayReads: ENV_READS,
    },
    ({ gateway }) => ofFile(gateway.answers(), ENV_FILE, (text) => judgeRequestLog(gateway.answers(), text)),
  ),
  gatewayCheck(
    {
      id: 'gateway_disk',
      title: 'Disk of the gateway',
      about: 'The file system of its data folder has at least 5 GiB free; below 1 GiB images and logs soon fail.',
      gatewayReads: { first: [`disk ${DATA}`] },
    },
    ({ gateway }) => judgeDisk(gateway.answers().get(`disk ${DATA}`)?.lines[0] ?? ''),
  ),
  gatewayCheck(
    {
      id: 'gateway_service',
      title: 'Service of the gateway',
      about: 'gateway.service is running and starts at boot.',
      gatewayReads: ENV_READS,
    },
    ({ gateway }) => judgeService(gateway.answers()),
  ),
];

const isMacos = (answers: HostAnswers): boolean => answers.get('os')?.lines.includes('ID=macos') === true;

/** Judges the text of a file that may be missing, or closed to the login. */
function ofFile(answers: HostAnswers, path: string, judge: (text: string) => Finding | Promise<Finding>): Finding | Promise<Finding> {
  const file = readFileState(answers.get(readFileRequest(path)));
  if (file === null) return unknown(TEXT.fileMissing(path), byHand(TEXT.installed));
  if (file?.text === undefined || file.text === null) return unknown(TEXT.fileUnread(path), byHand(TEXT.allowRead(path)));
  return judge(file.text);
}

function judgeEnv(env: ReadonlyMap<string, string>, imagesClass: string): Finding {
  const shown = (name: string): string => plainText(env.get(name) ?? '', 200);
  const names = ['IMAGES_BACKEND', 'IMAGES_BACKEND_CLASS', 'IMAGES_HTTP_BASE_URL'];
  const evidence = [...names, 'IMAGES_OPENAI_MODEL'].flatMap((name) => (env.has(name) ? [`${name}=${shown(name)}`] : []));
  const [backend, className] = names.map(shown);
  if (backend === 'mock') return fail(TEXT.envMock, APPLY, ...evidence);
  const missing = names.filter((name) => shown(name) === '');
  if (missing.length > 0) return fail(TEXT.envMissing(missing.join(', ')), APPLY, ...evidence);
  if (backend !== 'http_openai_images') return warn(TEXT.envBackend(backend ?? ''), APPLY, ...evidence);
  if (className !== imagesClass) return warn(TEXT.envClass(className ?? '', imagesClass), byHand(TEXT.setClass), ...evidence);
  return pass(TEXT.envFine, ...evidence);
}

function judgeFolder(answers: HostAnswers): Finding {
  const path = imageFolder(answers);
  const folder = readFileState(answers.get(readStatRequest(path)));
  if (isMacos(answers)) return skipped(TEXT.macos);
  if (folder === null) return fail(TEXT.folderMissing, APPLY, path);
  const state = unitState(answers);
  const [, groups = ''] = answers.get(readUserRequest(userOf(answers)))?.lines ?? [];
  if (folder === undefined || state === undefined || groups === '') return unknown(TEXT.folderUnknown, byHand(TEXT.allowRead(path)), path);
  const user = plainText(userOf(answers), 60);
  const evidence = TEXT.folder(path, folder.mode, folder.owner, folder.group);
  const isWritable = folder.kind === 'folder' && (user === 'root' || mayWrite(folder, user, groups.split(' ')));
  return isWritable ? pass(TEXT.folderWritable(user), evidence) : fail(TEXT.folderReadOnly(user), APPLY, evidence);
}

async function judgeLimits(sources: CheckSources, imagesClass: string): Promise<Finding> {
  return await ofFile(sources.gateway.answers(), BACKENDS_FILE, async (text) => {
    const broken = (thrown: unknown): Finding => unknown(toPanelError(thrown).message, byHand(toPanelError(thrown).hint));
    let backends: ReturnType<typeof readBackendsYaml>;
    try {
      backends = readBackendsYaml(text);
    } catch (thrown) {
      return broken(thrown);
    }
    const backend = backends.find(({ className }) => className === imagesClass);
    if (backend === undefined)
      return fail(TEXT.noClass(plainText(imagesClass)), byHand(TEXT.setClass), ...backends.map(({ className }) => className));
    const { admission } = await readStatus(sources);
    const used = admission?.find(({ backendClass, routeKind }) => backendClass === imagesClass && routeKind === 'images')?.limit ?? null;
    if (used === null) return unknown(TEXT.statusLimit, byHand(TEXT.setClass));
    // A class without a limit gets one slot.
    const limit = backend.imagesLimit ?? 1;
    if (limit !== used) return warn(TEXT.limitDiffers(limit, used), byHand(TEXT.restart), BACKENDS_FILE);
    return backend.imagesLimit === null
      ? warn(TEXT.noLimit(backend.className), APPLY, BACKENDS_FILE)
      : pass(TEXT.limitFine(limit), BACKENDS_FILE);
  });
}

function judgeRequestLog(answers: HostAnswers, text: string): Finding {
  const remedy: CheckRemedy = byHand(TEXT.turnLogOn);
  if (isOff(readGatewayEnv(text).get('REQUEST_LOG_ENABLED') ?? 'true')) return warn(TEXT.logOff, remedy, 'REQUEST_LOG_ENABLED=false');
  const path = requestLog(answers);
  const file = readFileState(answers.get(readStatRequest(path)));
  if (file === null) return warn(TEXT.logMissing, byHand(TEXT.logPath), path);
  if (file === undefined) return unknown(TEXT.fileUnread(path), byHand(TEXT.allowRead(path)));
  return pass(TEXT.logOn, TEXT.logFile(path, formatBytes(file.bytes)));
}

function judgeDisk(line: string): Finding {
  const [free = '', size = '', ...mount] = line.slice(0, 300).trim().split(/ +/);
  if (!/^\d{1,18}$/.test(free) || !/^\d{1,18}$/.test(size)) return unknown(TEXT.diskUnknown, byHand(TEXT.allowRead(DATA)));
  const summary = TEXT.disk(formatBytes(Number(free)), formatBytes(Number(size)), plainText(mount.join(' ')));
  if (Number(free) < GIB) return fail(summary, byHand(TEXT.freeDisk));
  return Number(free) < 5 * GIB ? warn(summary, byHand(TEXT.freeDisk)) : pass(summary);
}

function judgeService(answers: HostAnswers): Finding {
  if (isMacos(answers)) return skipped(TEXT.macos);
  const state = unitState(answers);
  if (state === undefined) return unknown(TEXT.notRunning('unknown'), byHand(TEXT.nameUnit));
  const shown = (name: string): string => plainText(state.get(name) ?? '', 60);
  const evidence = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'User'].map((name) => `${name}=${shown(name)}`);
  if (shown('LoadState') !== 'loaded') return unknown(TEXT.noUnit, byHand(TEXT.nameUnit), ...evidence);
  if (shown('ActiveState') !== 'active') return fail(TEXT.notRunning(shown('ActiveState')), byHand(TEXT.start), ...evidence);
  if (shown('UnitFileState') !== 'enabled') return warn(TEXT.notEnabled, byHand(TEXT.enable), ...evidence);
  return pass(TEXT.running, ...evidence);
}
