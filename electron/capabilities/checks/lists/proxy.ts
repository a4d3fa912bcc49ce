import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { readReadiness } from '../../backends/shim-readiness.ts';
import { listOf, textOf } from '../../backends/values.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { jsonIn, judgeReply, showReply } from './judge-reply.ts';
import { PROXY_SITE_CHECKS } from './proxy-files.ts';
import { NGINX_READS, type ServedSite, servedSite } from './proxy-site.ts';
import { PROXY_TEXT as TEXT } from './proxy-text.ts';

const HEALTH = '/healthz';
const READINESS = '/readyz';
const MODELS = '/v1/models';
/** Where each user interface opens its WebSocket. */
const SOCKETS: Readonly<Record<number, string>> = {
  [DEFAULT_PORTS.invokeai]: '/ws/socket.io/?EIO=4&transport=websocket',
  [DEFAULT_PORTS.comfyui]: '/ws?clientId=ada-panel-check',
};

const APPLY = byRecipe('nginx', TEXT.apply);
const isPage = ({ headers }: Reply): boolean => /html/i.test(headers['content-type'] ?? '');
/** nginx's page for a request without TLS to a port with TLS. */
const isTlsOnly = ({ status, body }: Reply): boolean =>
  status === 400 && body.slice(0, 2_000).includes('HTTP request was sent to HTTPS port');
const isNoHop = ({ status }: Reply): boolean => status === 502 || status === 503 || status === 504;

export const PROXY_CHECKS: readonly Check[] = [
  {
    id: 'healthz',
    title: 'nginx responds',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'GET /healthz on port 7860 returns 200. It shows that nginx runs, and nothing of what is behind it.',
    run: ({ http }) => judgeReply(http('nginx', { path: HEALTH }), APPLY, judgeHealth),
  },
  {
    id: 'readyz',
    title: 'Ready from nginx to the backend',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about:
      'GET /readyz on port 7860 leads through nginx and the images shim to the backend; a failure names the first that does not respond.',
    run: async ({ http }) => judgeReadiness(await http('nginx', { path: READINESS })),
  },
  {
    id: 'proxy_models',
    title: 'Image models through nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'GET /v1/models on port 7860 is the list of the images shim, with at least one model.',
    run: async ({ http }) => judgeModels(await http('nginx', { path: MODELS })),
  },
  {
    id: 'proxy_websocket',
    title: 'WebSockets through nginx',
    group: 'proxy',
    layer: 'backend',
    cost: 'reads',
    about: 'Where the site leads / to a user interface, nginx passes a WebSocket on (status 101), which carries the progress of images.',
    reads: NGINX_READS,
    run: async (sources) => {
      const site = servedSite(sources.host.answers());
      return site.kind === 'found' ? await judgeSocket(sources, site) : site.finding;
    },
  },
  ...PROXY_SITE_CHECKS,
];

function judgeHealth(reply: Reply): Finding {
  const evidence = showReply(`GET ${HEALTH}`, reply);
  if (isTlsOnly(reply)) return unknown(TEXT.tlsOnly, null, evidence);
  if (reply.status !== 200) return fail(TEXT.status(reply.status, HEALTH), APPLY, evidence);
  return isPage(reply) ? unknown(TEXT.notOfSite(HEALTH), APPLY, evidence) : pass(TEXT.responded(reply.timing.totalMs), evidence);
}

function judgeReadiness(reply: Reply): Finding {
  const evidence = showReply(`GET ${READINESS}`, reply);
  if (isPage(reply)) {
    if (reply.status === 504) return fail(TEXT.shimSlow, byHand(TEXT.startShim), evidence);
    return reply.status === 502 ? fail(TEXT.shimDown, byHand(TEXT.startShim), evidence) : unknown(TEXT.garbled(READINESS), APPLY, evidence);
  }
  const document = jsonIn(reply.body);
  const readiness = isRecord(document) ? readReadiness(reply) : null;
  if (readiness === null || !isRecord(document)) return unknown(TEXT.garbled(READINESS), APPLY, evidence);
  if (document['mode'] === 'stub') return fail(TEXT.stub, byRecipe('images-shim', TEXT.setMode), evidence);
  if (!readiness.isReady) return fail(TEXT.backendDown(readiness.reasons.join(' ')), byHand(TEXT.startBackend), evidence);
  const version = isRecord(document['invokeai_version']) ? textOf(document['invokeai_version']['version']) : null;
  return pass(TEXT.ready(version === null ? '' : `, with InvokeAI ${plainText(version, 40)}`), evidence);
}

function judgeModels(reply: Reply): Finding {
  const evidence = showReply(`GET ${MODELS}`, reply);
  if (isNoHop(reply)) return unknown(TEXT.status(reply.status, MODELS), byHand(TEXT.seeReadiness), evidence);
  if (isTlsOnly(reply)) return unknown(TEXT.tlsOnly, null, evidence);
  const document = jsonIn(reply.body);
  if (reply.status !== 200) return fail(TEXT.notRouted, APPLY, evidence);
  if (!isRecord(document) || !Array.isArray(document['data'])) {
    return isPage(reply) ? fail(TEXT.notRouted, APPLY, evidence) : unknown(TEXT.garbled(MODELS), APPLY, evidence);
  }
  const names = listOf(document['data']).flatMap(({ id }) => textOf(id) ?? []);
  if (names.length === 0) return warn(TEXT.noModels, byHand(TEXT.installModel), evidence);
  return pass(TEXT.models(names.length), names.slice(0, 20).join(', '));
}

async function judgeSocket({ upgrade }: CheckSources, { server, path }: ServedSite): Promise<Finding> {
  const root = server.locations.find((location) => location.path === '/');
  const socket = SOCKETS[root?.localPort ?? 0];
  if (root === undefined || socket === undefined) return skipped(TEXT.noUi);
  if (server.listens.some(({ port, isTls }) => isTls && port === DEFAULT_PORTS.nginx)) return unknown(TEXT.tlsOnly);
  if (root.hasPassword) return skipped(TEXT.password);
  const status = await upgrade(socket);
  const evidence = [`GET ${socket}: ${status}`, `location / in ${path}, line ${root.line}`];
  if (status === 101) return pass(TEXT.passes, ...evidence);
  if (status === 502 || status === 504) return unknown(TEXT.uiDown(status), byHand(TEXT.startBackend), ...evidence);
  return fail(TEXT.passesNot(status), APPLY, ...evidence);
}
