import { hasCode, toPanelError } from '../../../../shared/errors.ts';
import { isImageBase } from '../../../../shared/image-graphs/rules.ts';
import { isRecord } from '../../../../shared/record.ts';
import { textOf } from '../../backends/values.ts';
import { readDevice, readModels } from '../../models/readers.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { backendCheck, optionalJson, withJson } from './backend-check.ts';
import { BACKEND_TEXT as TEXT } from './backend-text.ts';
import { jsonIn, judgeReply, showReply } from './judge-reply.ts';
import { knownFaultOf } from './known-versions.ts';
import { readShimSettings, SHIM_READS } from './shim-settings.ts';

const NAME = 'InvokeAI';
const VERSION = '/api/v1/app/version';
const MODELS = '/api/v2/models/';
const MISSING = '/api/v2/models/missing';
const AUTH = '/api/v1/auth/status';
const DEVICES = '/api/v1/app/generation_device_options';
const DEPENDENCIES = '/api/v1/app/app_deps';
const MAX_NAMES = 6;

/** InvokeAI, its version, logins, models and device. */
export const INVOKEAI_CHECKS: readonly Check[] = [
  backendCheck(
    'invokeai',
    {
      id: 'invokeai-api',
      title: 'InvokeAI responds',
      about: 'InvokeAI reports its version, which it does only once it is ready for jobs.',
    },
    ({ http }) =>
      judgeReply(http('invokeai', { path: VERSION }), byHand(TEXT.start(NAME)), (reply) =>
        withJson(NAME, `GET ${VERSION}`, reply, (document, evidence) => {
          const version = versionIn(document);
          if (version === null) return fail(TEXT.noVersion(NAME), byHand(TEXT.seeProgram), evidence);
          return pass(TEXT.responds(NAME, version, reply.timing.totalMs), evidence);
        }),
      ),
  ),
  backendCheck(
    'invokeai',
    { id: 'invokeai-version', title: 'Version of InvokeAI', about: 'The version has no fault that is known to break images.' },
    async ({ http }) => {
      const reply = await http('invokeai', { path: VERSION });
      const evidence = showReply(`GET ${VERSION}`, reply);
      const version = versionIn(jsonIn(reply.body));
      if (version === null) return unknown(TEXT.notReported('The version'), byHand(TEXT.refresh), evidence);
      const fault = knownFaultOf(version);
      if (fault === undefined) return unknown(TEXT.versionUnread(version), byHand(TEXT.refresh), evidence);
      if (fault === null) return pass(TEXT.versionFine(version), evidence);
      return (fault.verdict === 'fail' ? fail : warn)(TEXT.versionBad(version, fault.reason), byRecipe('invokeai', TEXT.update), evidence);
    },
  ),
  backendCheck(
    'invokeai',
    { id: 'invokeai-login', title: 'Login of InvokeAI', about: 'InvokeAI needs no login, or the panel is signed in.' },
    checkLogin,
  ),
  backendCheck(
    'invokeai',
    { id: 'invokeai-models', title: 'Models of InvokeAI', about: 'At least one SD 1.5 or SDXL model is installed.' },
    async ({ http }) =>
      await withJson(NAME, `GET ${MODELS}`, await http('invokeai', { path: MODELS }), (document) => {
        if (!isRecord(document) || !Array.isArray(document['models']))
          return unknown(TEXT.notReported('The list of models'), byHand(TEXT.refresh));
        const models = readModels(document, null);
        const usable = models.filter(isForImages);
        const others = TEXT.otherModels(models.length - usable.length);
        if (usable.length === 0) return fail(TEXT.noModels, byHand(TEXT.install), others);
        return pass(
          TEXT.models(usable.length, namesOf(usable)),
          ...usable.map(({ name, base, format }) => `${name}: ${base}, ${format}`),
          others,
        );
      }),
  ),
  backendCheck(
    'invokeai',
    {
      id: 'invokeai-model-files',
      title: 'Files of the models',
      about: 'The files of the models that the images shim uses are on the disk.',
      reads: SHIM_READS,
    },
    checkFiles,
  ),
  backendCheck(
    'invokeai',
    { id: 'invokeai-device', title: 'GPU seen by InvokeAI', about: 'InvokeAI makes images on the GPU, not on the CPU.' },
    checkDevice,
  ),
];

const versionIn = (document: unknown): string | null => (isRecord(document) ? textOf(document['version']) : null);

interface Named {
  readonly name: string;
}
const namesOf = (models: readonly Named[]): string =>
  [...models.slice(0, MAX_NAMES).map(({ name }) => name), ...(models.length > MAX_NAMES ? ['…'] : [])].join(', ');

const isForImages = ({ type, base }: { readonly type: string; readonly base: string }): boolean => type === 'main' && isImageBase(base);

async function checkLogin({ http }: CheckSources): Promise<Finding> {
  const reply = await http('invokeai', { path: AUTH });
  const evidence = showReply(`GET ${AUTH}`, reply);
  const document = jsonIn(reply.body);
  // Before 6.12 the path is unknown: 404, or the user interface.
  const isUnknownPath = reply.status === 404 || /html/i.test(reply.headers['content-type'] ?? '');
  if (isUnknownPath) return pass(TEXT.oldWithoutLogins, evidence);
  if (reply.status !== 200 || !isRecord(document) || typeof document['multiuser_enabled'] !== 'boolean') {
    return unknown(TEXT.notReported('Whether logins are on'), byHand(TEXT.refresh), evidence);
  }
  if (!document['multiuser_enabled']) return pass(TEXT.noLogins, evidence);
  if (document['setup_required'] === true) return fail(TEXT.needsAdmin, byHand(TEXT.logIn), evidence);
  try {
    const { status } = await http('invokeai', { path: MODELS });
    if (status === 200) return pass(TEXT.signedIn, evidence);
    if (status !== 401 && status !== 403) return unknown(TEXT.status(NAME, status), byHand(TEXT.refresh), evidence);
  } catch (thrown) {
    if (!hasCode(toPanelError(thrown), 'invokeai-login-needed', 'invokeai-admin-needed', 'invokeai-setup-needed')) throw thrown;
  }
  return fail(TEXT.needsLogin, byHand(TEXT.logIn), evidence);
}

async function checkFiles(sources: CheckSources): Promise<Finding> {
  const [listed, missing] = await Promise.all([optionalJson(sources, 'invokeai', MODELS), optionalJson(sources, 'invokeai', MISSING)]);
  if (!isRecord(listed) || !Array.isArray(listed['models'])) return unknown(TEXT.notReported('The list of models'), byHand(TEXT.refresh));
  if (!isRecord(missing) || !Array.isArray(missing['models'])) return unknown(TEXT.notBefore612, byRecipe('invokeai', TEXT.newer));
  const models = readModels(listed, missing);
  if (models.length === 0) return skipped(TEXT.noRecords);
  const gone = models.filter(({ isMissing }) => isMissing);
  if (gone.length === 0) return pass(TEXT.filesThere(models.length));
  const evidence = gone.map(({ name, path }) => TEXT.missingLine(name, path ?? 'unknown path'));
  const mains = models.filter(isForImages);
  if (mains.length > 0 && mains.every(({ isMissing }) => isMissing))
    return fail(TEXT.allMissing(mains.length), byHand(TEXT.restore), ...evidence);
  const used = readShimSettings(sources.host.answers())?.modelNames ?? [];
  const usedGone = gone.filter(({ name, key }) => used.some((wanted) => wanted === key || wanted.toLowerCase() === name.toLowerCase()));
  if (usedGone.length > 0) return fail(TEXT.usedMissing(namesOf(usedGone)), byHand(TEXT.restore), ...evidence);
  return pass(TEXT.unusedMissing(namesOf(gone)), ...evidence);
}

async function checkDevice(sources: CheckSources): Promise<Finding> {
  const [options, dependencies] = await Promise.all([
    optionalJson(sources, 'invokeai', DEVICES),
    optionalJson(sources, 'invokeai', DEPENDENCIES),
  ]);
  const { kind, name } = readDevice(options, dependencies);
  const torch = isRecord(dependencies) ? textOf(dependencies['torch']) : null;
  const evidence = [`device: ${name ?? kind}`, `torch: ${torch ?? 'not reported'}`];
  if (kind === 'gpu') return pass(TEXT.onGpu(name ?? 'a GPU'), ...evidence);
  if (kind === 'cpu') return warn(TEXT.onCpu(NAME), byRecipe('invokeai', TEXT.cpuRemedy(NAME)), ...evidence);
  if (torch !== null) return unknown(TEXT.gpuUnproved(torch), byRecipe('invokeai', TEXT.newer), ...evidence);
  return unknown(TEXT.notReported('The device'), byHand(TEXT.refresh), ...evidence);
}
