import { formatBytes, formatDurationShort } from '../../../../shared/format.ts';
import {
  type HostAnswers,
  type ReadRequest,
  readFileRequest,
  readFileState,
  readListRequest,
  readStatRequest,
} from '../../../foundation/host-reader/answers.ts';
import { chunksOf, readHeader } from '../../gallery/png.ts';
import { invokeAiRequests, readInvokeAi } from '../../setup/adopt/invokeai-facts.ts';
import { INVOKEAI_UNIT, serviceRequests, UNITS_REQUEST, usualUnitPath } from '../../setup/adopt/service-facts.ts';
import { EARLIER_ENV } from '../../setup/recipes/images-shim.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, type Reads, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { backendCheck, shimCheck } from './backend-check.ts';
import { BACKEND_TEXT } from './backend-text.ts';
import { LAST_IMAGE_READS, lastImageRequest, MAX_IMAGE_BYTES, readShimSettings } from './shim-settings.ts';
import { SHIM_TEXT as TEXT } from './shim-text.ts';

const DEFAULT_ROOT = '/var/lib/invokeai';
const EARLIER_FOLDER = EARLIER_ENV.slice(0, EARLIER_ENV.lastIndexOf('/'));
const FAILED_GRAPH = /^failed_graph_(\d{10,16})\.json$/;
const folders = (root: string): readonly string[] => [`${root}/outputs`, `${root}/outputs/images`];

const OUTPUT_READS: Reads = {
  first: [UNITS_REQUEST, readFileRequest(usualUnitPath(INVOKEAI_UNIT)), ...folders(DEFAULT_ROOT).map(readStatRequest)],
  second: (known) => [...serviceRequests(INVOKEAI_UNIT, known), ...invokeAiRequests(known), ...outputRequests(known)],
};
const outputRequests = (known: HostAnswers): readonly ReadRequest[] =>
  folders(readInvokeAi(known)?.root ?? DEFAULT_ROOT).map(readStatRequest);

/** Folders and files of the programs that make images. */
export const BACKEND_FILE_CHECKS: readonly Check[] = [
  backendCheck(
    'invokeai',
    {
      id: 'invokeai-outputs',
      title: 'Image folder of InvokeAI',
      about: 'The user of InvokeAI can write to its folder of images.',
      reads: OUTPUT_READS,
    },
    ({ host }) => checkOutputs(host.answers()),
  ),
  shimCheck(
    {
      id: 'shim-last-image',
      title: 'Last image of the images shim',
      about: 'The file of SHIM_SAVE_LAST_IMAGE_PATH is a whole PNG and no test image.',
      reads: LAST_IMAGE_READS,
    },
    checkLastImage,
  ),
  shimCheck(
    {
      id: 'shim-failed-graphs',
      title: 'Failed requests of the images shim',
      about: 'The earlier shim in Python left no graph of a request that failed.',
      reads: { first: [readListRequest(EARLIER_FOLDER)] },
    },
    checkFailedGraphs,
  ),
];

function checkOutputs(answers: HostAnswers): Finding {
  const invokeAi = readInvokeAi(answers);
  if (invokeAi === null) return unknown(BACKEND_TEXT.noRoot, byHand(TEXT.asRoot));
  const { service, user } = invokeAi;
  let found: Finding | null = null;
  for (const path of folders(invokeAi.root)) {
    const state = readFileState(answers.get(readStatRequest(path)));
    if (state === undefined) return found ?? unknown(BACKEND_TEXT.folderUnknown(path), byHand(TEXT.asRoot));
    if (state === null) return found ?? pass(BACKEND_TEXT.noFolderYet(path));
    // A link leads to another disk, whose folder is not read here.
    if (state.kind === 'link') return unknown(BACKEND_TEXT.folderUnknown(path), byHand(TEXT.asRoot), `${path} → ${state.target ?? ''}`);
    const { mode, owner, group } = state;
    const line = BACKEND_TEXT.stat(path, mode, owner, group);
    if (state.kind !== 'folder') return fail(BACKEND_TEXT.notAFolder(path), byHand(BACKEND_TEXT.owner(service.user, path)), line);
    const bits = Number.parseInt(mode.slice(-3), 8);
    const place = owner === service.user ? 6 : (user?.groups ?? []).includes(group) ? 3 : 0;
    const mayWrite = service.user === 'root' || ((bits >> place) & 3) === 3;
    if (!mayWrite) return fail(BACKEND_TEXT.notWritable(path, service.user), byHand(BACKEND_TEXT.owner(service.user, path)), line);
    found = pass(BACKEND_TEXT.writable(path, service.user), line);
  }
  return found ?? unknown(BACKEND_TEXT.noRoot, byHand(TEXT.asRoot));
}

function checkLastImage({ host, nowMs }: CheckSources): Finding {
  const answers = host.answers();
  const settings = readShimSettings(answers);
  if (settings === null || settings.mode === null) return unknown(TEXT.notRead, byHand(TEXT.asRoot));
  const path = settings.lastImagePath;
  if (path === null) return skipped(TEXT.lastImageOff);
  const answer = answers.get(lastImageRequest(path));
  const state = readFileState(answer);
  if (state === undefined) return unknown(TEXT.lastImageUnread(path), byHand(TEXT.asRoot));
  if (state === null) return warn(TEXT.lastImageMissing(path), byHand(TEXT.lastImageRemedy));
  const line = TEXT.fileLine(path, state.mode, state.owner);
  if (!state.isReadable) return unknown(TEXT.lastImageUnread(path), byHand(TEXT.asRoot), line);
  const bytes = Buffer.from(answer?.lines[1] ?? '', 'base64');
  const header = readHeader(bytes);
  const isWhole = state.bytes > MAX_IMAGE_BYTES || [...chunksOf(bytes)].at(-1)?.type === 'IEND';
  if (header === null || !isWhole) return fail(TEXT.lastImageBroken(path), byHand(TEXT.lastImageRemedy), line);
  const size = `${header.width} × ${header.height}`;
  const age = formatDurationShort(nowMs + host.clock().offsetMs - state.changedS * 1000);
  if (header.width < 8 || header.height < 8) return fail(TEXT.lastImageTiny(size), byRecipe('images-shim', TEXT.apply), line);
  return pass(TEXT.lastImage(size, formatBytes(state.bytes), age), line);
}

function checkFailedGraphs({ host, nowMs }: CheckSources): Finding {
  const answer = host.answers().get(readListRequest(EARLIER_FOLDER));
  if (answer?.status === 'absent') return skipped(TEXT.noFolder);
  if (answer === null || answer.status === 'denied') return unknown(TEXT.notRead, byHand(TEXT.asRoot));
  const times = answer.lines.flatMap((name) => {
    const [, at] = FAILED_GRAPH.exec(name.slice(0, 80)) ?? [];
    return at === undefined ? [] : [{ name, at: Number(at) }];
  });
  const newest = times.toSorted((a, b) => b.at - a.at);
  const [first] = newest;
  if (first === undefined) return pass(TEXT.noFailures(EARLIER_FOLDER), ...answer.lines.filter((line) => line !== '').slice(0, 5));
  const age = formatDurationShort(nowMs + host.clock().offsetMs - first.at);
  return warn(
    `${TEXT.failures(newest.length)} ${age} ago`,
    byHand(TEXT.failuresRemedy),
    ...newest.slice(0, 10).map(({ name }) => `${EARLIER_FOLDER}/${name}`),
  );
}
