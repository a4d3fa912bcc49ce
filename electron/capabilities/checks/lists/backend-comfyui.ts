import { formatMiB } from '../../../../shared/format.ts';
import { isRecord } from '../../../../shared/record.ts';
import { readCheckpoints } from '../../backends/comfyui.ts';
import { readComfyQueue, readSystem } from '../../comfyui/replies.ts';
import { byHand, byRecipe, type Check, fail, pass, unknown, warn } from '../check.ts';
import { backendCheck, withJson } from './backend-check.ts';
import { BACKEND_TEXT as TEXT } from './backend-text.ts';
import { judgeReply } from './judge-reply.ts';

const NAME = 'ComfyUI';
const STATS = '/system_stats';
const QUEUE = '/queue';
const CHECKPOINTS = '/models/checkpoints';
const MAX_NAMES = 6;

/** ComfyUI, where it is in use. */
export const COMFYUI_CHECKS: readonly Check[] = [
  backendCheck(
    'comfyui',
    { id: 'comfyui-api', title: 'ComfyUI responds', about: 'GET /system_stats reports the version of ComfyUI.' },
    ({ http }) =>
      judgeReply(http('comfyui', { path: STATS }), byHand(TEXT.start(NAME)), (reply) =>
        withJson(NAME, `GET ${STATS}`, reply, (document, evidence) => {
          const read = readSystem(document);
          if (read === null) return fail(TEXT.noVersion(NAME), byHand(TEXT.seeProgram), evidence);
          return pass(TEXT.responds(NAME, read.version, reply.timing.totalMs), evidence);
        }),
      ),
  ),
  backendCheck(
    'comfyui',
    { id: 'comfyui-device', title: 'GPU seen by ComfyUI', about: 'ComfyUI makes images on the GPU, not on the CPU.' },
    async ({ http }) =>
      await withJson(NAME, `GET ${STATS}`, await http('comfyui', { path: STATS }), (document, evidence) => {
        const read = readSystem(document);
        if (read === null || read.system.device === null) return unknown(TEXT.notReported('The device'), byHand(TEXT.refresh), evidence);
        const { device, hasGpu, vramFreeMiB, pytorchVersion } = read.system;
        const lines = [`device: ${device}`, `torch: ${pytorchVersion ?? 'not reported'}`];
        if (!hasGpu) return warn(TEXT.onCpu(NAME), byRecipe('comfyui', TEXT.cpuRemedy(NAME)), ...lines);
        return pass(TEXT.comfyDevice(device, formatMiB(vramFreeMiB)), ...lines);
      }),
  ),
  backendCheck(
    'comfyui',
    { id: 'comfyui-queue', title: 'Queue of ComfyUI', about: 'No job waits while none runs.' },
    async ({ http }) =>
      await withJson(NAME, `GET ${QUEUE}`, await http('comfyui', { path: QUEUE }), (document, evidence) => {
        if (!isRecord(document) || !Array.isArray(document['queue_running']) || !Array.isArray(document['queue_pending'])) {
          return unknown(TEXT.notReported('The queue'), byHand(TEXT.refresh), evidence);
        }
        const { pendingCount } = readComfyQueue(document);
        const running = document['queue_running'].length;
        if (running === 0 && pendingCount > 0) return fail(TEXT.comfyStalled(pendingCount), byHand(TEXT.restart(NAME)), evidence);
        return pass(TEXT.comfyQueue(running, pendingCount), TEXT.queueLine(`${running} running, ${pendingCount} pending`));
      }),
  ),
  backendCheck(
    'comfyui',
    { id: 'comfyui-models', title: 'Checkpoints of ComfyUI', about: 'At least one checkpoint is installed.' },
    async ({ http }) =>
      await withJson(NAME, `GET ${CHECKPOINTS}`, await http('comfyui', { path: CHECKPOINTS }), (document, evidence) => {
        const names = readCheckpoints(document)?.filter((name) => name !== '') ?? null;
        if (names === null) return unknown(TEXT.notReported('The list of checkpoints'), byHand(TEXT.refresh), evidence);
        if (names.length === 0) return fail(TEXT.noCheckpoints, byHand(TEXT.addCheckpoint), evidence);
        return pass(TEXT.checkpoints(names.length, names.slice(0, MAX_NAMES).join(', ')), ...names.slice(0, 10));
      }),
  ),
];
