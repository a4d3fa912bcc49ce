import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { readReadiness } from '../../backends/shim-readiness.ts';
import { textOf } from '../../backends/values.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { shimCheck } from './backend-check.ts';
import { jsonIn, judgeReply, showReply } from './judge-reply.ts';
import { readShimSettings, SHIM_READS } from './shim-settings.ts';
import { SHIM_TEXT as TEXT } from './shim-text.ts';

const HEALTH = '/healthz';
const READY = '/readyz';
const START = byHand(TEXT.start);
const APPLY = byRecipe('images-shim', TEXT.apply);

/** What the images shim says of itself. */
export const SHIM_CHECKS: readonly Check[] = [
  shimCheck(
    { id: 'shim-api', title: 'Images shim responds', about: 'GET /healthz on port 9091 returns the status of the images shim.' },
    ({ http }) =>
      judgeReply(http('shim', { path: HEALTH }), START, (reply) => {
        const evidence = showReply(`GET ${HEALTH}`, reply);
        if (reply.status !== 200) return fail(TEXT.status(reply.status), START, evidence);
        const document = jsonIn(reply.body);
        if (document === undefined) return unknown(TEXT.otherProgram, byHand(TEXT.seeProgram), evidence);
        return isRecord(document) && document['status'] === 'ok'
          ? pass(TEXT.responds(reply.timing.totalMs), evidence)
          : fail(TEXT.otherProgram, byHand(TEXT.seeProgram), evidence);
      }),
  ),
  shimCheck(
    {
      id: 'shim-ready',
      title: 'Images shim is ready',
      about: 'By its own account, the images shim could make an image now: backend, queue, model and GPU.',
    },
    async ({ http }) => {
      const reply = await http('shim', { path: READY });
      const evidence = showReply(`GET ${READY}`, reply);
      const readiness = readReadiness(reply);
      const document = jsonIn(reply.body);
      const isOurs = readiness?.isReady !== true || (isRecord(document) && document['status'] === 'ok');
      if (readiness === null || !isOurs) return unknown(TEXT.otherProgram, byHand(TEXT.seeProgram), evidence);
      if (readiness.isReady) return pass(TEXT.ready, evidence);
      return fail(TEXT.notReady(readiness.reasons[0] ?? TEXT.noReason), byHand(TEXT.seeReason), ...readiness.reasons, evidence);
    },
  ),
  shimCheck(
    {
      id: 'shim-mode',
      title: 'Mode of the images shim',
      about: 'The images shim hands requests to InvokeAI or ComfyUI, and does not return test images.',
      reads: SHIM_READS,
    },
    checkMode,
  ),
  shimCheck(
    {
      id: 'shim-build',
      title: 'Build of the images shim',
      about: 'It is the images shim that Setup installs, not the earlier one in Python.',
    },
    async ({ http }) => {
      const reply = await http('shim', { path: READY });
      const evidence = showReply(`GET ${READY}`, reply);
      const document = jsonIn(reply.body);
      const build = isRecord(document) ? textOf(document['shim_build']) : null;
      if (build === null) return unknown(TEXT.buildUnknown, APPLY, evidence);
      if (/^ada-\d{1,6}$/.test(build)) return pass(TEXT.build(build), evidence);
      return warn(TEXT.pythonBuild(plainText(build, 40)), APPLY, evidence);
    },
  ),
];

async function checkMode({ http, host }: CheckSources): Promise<Finding> {
  const reply = await http('shim', { path: READY });
  const evidence = showReply(`GET ${READY}`, reply);
  const document = jsonIn(reply.body);
  const reported = isRecord(document) ? textOf(document['mode']) : null;
  // The shim in Python does not report its mode while InvokeAI is down; its unit shows it.
  const ofUnit = reported === null ? (readShimSettings(host.answers())?.mode ?? null) : null;
  const mode = reported ?? ofUnit;
  const lines = [evidence, ofUnit === null ? null : TEXT.modeOfUnit(ofUnit)];
  if (mode === null) return unknown(TEXT.modeUnknown, byHand(TEXT.seeProgram), ...lines);
  if (mode === 'stub') return fail(TEXT.stub, APPLY, ...lines);
  if (mode !== 'invokeai_queue' && mode !== 'comfyui') return fail(TEXT.otherMode(plainText(mode, 40)), APPLY, ...lines);
  return pass(TEXT.makesImages(mode), ...lines);
}
