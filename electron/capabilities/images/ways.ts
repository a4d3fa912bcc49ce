import type { WayModel, WayState } from '../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { MOST_PIXELS } from '../../../shared/image-graphs/rules.ts';
import { isRecord } from '../../../shared/record.ts';
import { readImageModels } from '../backends/invokeai.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { listOf, textOf } from '../backends/values.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** The gateway's IMAGES_MAX_PIXELS as it comes; it does not tell a changed one. */
const GATEWAY_PIXELS = 2_000_000;
const LOOK_LIMIT_MS = 6_000;

/** Whether and how a prompt could be sent now, by each way. Never rejects. */
export function lookAtWays(o: {
  readonly gateway: Pick<Gateway, 'state'>;
  readonly shim: JsonClient;
  readonly invokeai: JsonClient;
  readonly isOnline: boolean;
}): Promise<WayState[]> {
  return Promise.all([
    gatewayWay(o.gateway, o.shim, o.isOnline),
    o.isOnline ? shimWay(o.shim) : away('shim'),
    o.isOnline ? backendWay(o.invokeai) : away('backend'),
  ]);
}

const away = (way: 'shim' | 'backend'): WayState => ({
  way,
  isSetUp: true,
  isReady: false,
  said: 'The host is not connected.',
  models: [],
  mostPixels: null,
});

async function gatewayWay(gateway: Pick<Gateway, 'state'>, shim: JsonClient, isOnline: boolean): Promise<WayState> {
  const { profile, phase, reading } = gateway.state();
  const state = { way: 'gateway' as const, isSetUp: profile !== null, models: [], mostPixels: GATEWAY_PIXELS };
  if (profile === null) return { ...state, isReady: false, said: 'No gateway is set up; set one up on the Gateway page.' };
  if (phase.kind !== 'live')
    return { ...state, isReady: false, said: phase.kind === 'failing' ? phase.error.message : 'The gateway is being queried.' };
  const { imagesClass } = profile;
  const health = reading?.health?.find((known) => known.name === imagesClass);
  // The gateway lists no image models; what the shim behind it has is what it can be asked for.
  const models = isOnline ? await modelsOfShim(shim).catch(() => []) : [];
  if (health?.isReady === false) return { ...state, models, isReady: false, said: `Backend ${imagesClass} is not ready.` };
  // How many slots are free is in the gateway's own state, which is read more often.
  return { ...state, models, isReady: true, said: 'Gateway responds' };
}

async function modelsOfShim(shim: JsonClient): Promise<WayModel[]> {
  const document = await shim.json({ path: '/v1/models', timeoutMs: LOOK_LIMIT_MS });
  return listOf(isRecord(document) ? document['data'] : null).flatMap((entry) => {
    const name = textOf(entry['id']);
    const metadata = isRecord(entry['metadata']) ? entry['metadata'] : {};
    // An earlier shim lists every kind of model, by keys; only mains make pictures.
    if (name === null || (metadata['type'] !== undefined && metadata['type'] !== 'main')) return [];
    return [{ name: textOf(entry['name']) ?? name, base: textOf(metadata['base']), isMissing: metadata['available'] === false }];
  });
}

async function shimWay(shim: JsonClient): Promise<WayState> {
  const state = { way: 'shim' as const, isSetUp: true, mostPixels: MOST_PIXELS };
  try {
    const reply = await shim.ask({ path: '/readyz', timeoutMs: LOOK_LIMIT_MS });
    const document: unknown = JSON.parse(reply.body);
    const models = await modelsOfShim(shim).catch(() => []);
    if (reply.status === 200) return { ...state, isReady: true, said: 'The images shim is ready.', models };
    const why = isRecord(document) ? textOf(document['detail']) : null;
    return { ...state, isReady: false, said: why ?? `The images shim is not ready (status ${reply.status}).`, models };
  } catch (thrown) {
    const { message } =
      thrown instanceof SyntaxError ? { message: 'Another program answers in place of the images shim.' } : toPanelError(thrown);
    return { ...state, isReady: false, said: message, models: [] };
  }
}

async function backendWay(invokeai: JsonClient): Promise<WayState> {
  const state = { way: 'backend' as const, isSetUp: true, mostPixels: MOST_PIXELS };
  try {
    const found = await readImageModels(invokeai, { timeoutMs: LOOK_LIMIT_MS });
    const models = found.models.map(({ name, base }) => ({ name, base, isMissing: false }));
    if (models.length === 0) return { ...state, isReady: false, said: describeNoModel(found.missing), models };
    return { ...state, isReady: true, said: 'InvokeAI responds.', models };
  } catch (thrown) {
    return { ...state, isReady: false, said: toPanelError(thrown).message, models: [] };
  }
}

function describeNoModel(missing: number): string {
  if (missing === 0) return 'InvokeAI has no SD 1.5 or SDXL model yet.';
  return missing === 1
    ? 'The files of InvokeAI’s only SD 1.5 or SDXL model are missing.'
    : `The files of all ${missing} SD 1.5 and SDXL models of InvokeAI are missing.`;
}
