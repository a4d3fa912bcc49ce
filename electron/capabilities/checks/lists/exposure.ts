import type { CheckRemedy } from '../../../../shared/capabilities/checks/contract.ts';
import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import type { LAYERS } from '../../../../shared/errors.ts';
import { isRecord } from '../../../../shared/record.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { byHand, byRecipe, type Check, type Finding, fail, pass, type Reads, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { EXPOSURE_TEXT as TEXT } from './exposure-text.ts';
import { jsonIn, showReply } from './judge-reply.ts';
import { accessFor, NGINX_READS, servedSite } from './proxy-site.ts';

const GATEWAY_PORT = 8800;
const OBSERVER_PORT = 8801;
const TIMEOUT_MS = 6_000;
const MAX_BYTES = 1024 * 1024;

interface Exposure {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly layer: (typeof LAYERS)[number];
  readonly port: (sources: CheckSources) => number;
  readonly reads?: Reads;
  /** Judges a port that is open to this computer. */
  readonly judge: (sources: CheckSources, port: number, tried: string) => Promise<Finding>;
}

const EXPOSURES: readonly Exposure[] = [
  {
    id: 'exposure_invokeai',
    title: 'InvokeAI on the network',
    about: 'Port 9090, tried from this computer, is closed to the network; open it gives InvokeAI to everyone, where no login is set up.',
    layer: 'backend',
    port: () => DEFAULT_PORTS.invokeai,
    judge: async (sources, port, tried) => {
      const path = '/api/v2/models/';
      const reply = await ask(sources, port, path);
      if (reply === null) return warn(TEXT.openSilent(port, 'InvokeAI'), byRecipe('invokeai', TEXT.invokeAiLoopback), tried);
      const evidence = [showReply(`GET ${path}`, reply), tried];
      const remedy = byRecipe('invokeai', TEXT.invokeAiLoopback);
      return isLogin(reply) ? warn(TEXT.invokeAiLogin, remedy, ...evidence) : fail(TEXT.invokeAiOpen, remedy, ...evidence);
    },
  },
  {
    id: 'exposure_shim',
    title: 'Images shim on the network',
    about: 'Port 9091, tried from this computer, is closed to the network: the images shim knows no login.',
    layer: 'backend',
    port: () => DEFAULT_PORTS.shim,
    judge: (sources, port, tried) =>
      judgeOpen(sources, port, tried, {
        path: '/readyz',
        name: 'the images shim',
        summary: TEXT.shimOpen,
        remedy: byRecipe('images-shim', TEXT.shimLoopback),
      }),
  },
  {
    id: 'exposure_comfyui',
    title: 'ComfyUI on the network',
    about: 'Port 8188, tried from this computer, is closed to the network: ComfyUI knows no login.',
    layer: 'backend',
    port: () => DEFAULT_PORTS.comfyui,
    judge: (sources, port, tried) =>
      judgeOpen(sources, port, tried, {
        path: '/system_stats',
        name: 'ComfyUI',
        summary: TEXT.comfyUiOpen,
        remedy: byRecipe('comfyui', TEXT.comfyUiLoopback),
      }),
  },
  {
    id: 'exposure_nginx',
    title: 'nginx on the network',
    about:
      'Port 7860, tried from this computer, gives at most images to the network, and the user interface to the networks that nginx allows, or with a login.',
    layer: 'backend',
    port: () => DEFAULT_PORTS.nginx,
    reads: NGINX_READS,
    judge: judgeNginx,
  },
  {
    id: 'exposure_gateway',
    title: 'Gateway on the network',
    about: 'Port 8800 of this host, tried from this computer: where it is open, the gateway wants a token.',
    layer: 'gateway',
    port: () => GATEWAY_PORT,
    judge: judgeGatewayPort,
  },
  {
    id: 'exposure_observability',
    title: 'Observability of the gateway on the network',
    about: 'Port 8801 of this host, tried from this computer, is closed to the network: the listener knows no login.',
    layer: 'gateway',
    port: ({ gateway }) => gateway.profile?.observabilityPort ?? OBSERVER_PORT,
    judge: async (sources, port, tried) => {
      const reply = await ask(sources, port, '/health');
      const remedy = byHand(TEXT.observerLoopback);
      if (reply === null) return warn(TEXT.openSilent(port, 'the gateway'), remedy, tried);
      return warn(TEXT.observerOpen, remedy, showReply('GET /health', reply), tried);
    },
  },
];

/** What this computer reaches of the host as any other machine of its network does: tried, not guessed. */
export const EXPOSURE_CHECKS: readonly Check[] = EXPOSURES.map(({ id, title, about, layer, port: portOf, reads, judge }) => ({
  id,
  title,
  group: 'exposure',
  layer,
  cost: 'reads',
  about,
  ...(reads === undefined ? {} : { reads }),
  run: async (sources) => {
    const port = portOf(sources);
    const tried = TEXT.tried(`${sources.host.isLab ? 'the lab’s host' : sources.host.hostName}:${port}`);
    const outcome = await sources.tryPort(port);
    if (outcome.kind === 'refused') return pass(TEXT.refused(port), tried);
    if (outcome.kind === 'silent') return pass(TEXT.silent(port), tried);
    if (outcome.kind === 'unknown') return unknown(TEXT.unknown(outcome.reason), byHand(TEXT.openSsh), tried);
    return await judge(sources, port, tried);
  },
}));

/** Null = the port accepts connections, and what listens there does not speak HTTP, or not in time. */
async function ask(sources: CheckSources, port: number, path: string): Promise<Reply | null> {
  try {
    return await sources.askPort(port, { path, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  } catch {
    return null;
  }
}

const isLogin = ({ status }: Reply): boolean => status === 401 || status === 403;
const isPage = ({ headers }: Reply): boolean => /html/i.test(headers['content-type'] ?? '');

async function judgeOpen(
  sources: CheckSources,
  port: number,
  tried: string,
  o: { readonly path: string; readonly name: string; readonly summary: string; readonly remedy: CheckRemedy },
): Promise<Finding> {
  const reply = await ask(sources, port, o.path);
  if (reply === null) return warn(TEXT.openSilent(port, o.name), o.remedy, tried);
  const evidence = [showReply(`GET ${o.path}`, reply), tried];
  if (isLogin(reply)) return warn(TEXT.portOpen(port, o.name), byHand(TEXT.closePort), ...evidence);
  return isRecord(jsonIn(reply.body))
    ? fail(o.summary, o.remedy, ...evidence)
    : warn(TEXT.portOpen(port, o.name), byHand(TEXT.closePort), ...evidence);
}

/** The gateway on another machine needs the port; whether others may use it is nginx's to say. */
async function judgeNginx(sources: CheckSources, port: number, tried: string): Promise<Finding> {
  const [models, root] = await Promise.all([ask(sources, port, '/v1/models'), ask(sources, port, '/')]);
  if (models === null || root === null) return unknown(TEXT.openSilent(port, 'nginx'), byHand(TEXT.closePort), tried);
  const evidence = [showReply('GET /v1/models', models), showReply('GET /', root), tried];
  const restrict = byRecipe('nginx', TEXT.restrict);
  if (models.status === 403 && isLogin(root)) return pass(TEXT.nginxRestricted, ...evidence);
  if (root.status === 401) return pass(TEXT.nginxPassword, ...evidence);
  if (root.status === 404 || root.status === 403) return pass(TEXT.nginxImages, ...evidence);
  if (root.status !== 200) return unknown(TEXT.portOpen(port, 'the site of the panel'), restrict, ...evidence);
  if (!isPage(root) && jsonIn(root.body) === undefined) return unknown(TEXT.portOpen(port, 'a user interface'), restrict, ...evidence);
  const allowed = allowedNetworks(sources);
  if (allowed === undefined) return warn(TEXT.nginxUiUnread, restrict, ...evidence);
  if (allowed === null) return warn(TEXT.nginxUi, restrict, ...evidence);
  return pass(TEXT.nginxAllowed(allowed.join(', ')), ...allowed.map((network) => `allow ${network};`), 'deny all;', ...evidence);
}

/** The networks that nginx lets in to the user interface; null = all, undefined = unknown. */
function allowedNetworks({ host }: CheckSources): readonly string[] | null | undefined {
  const site = servedSite(host.answers());
  if (site.kind === 'none') return undefined;
  const access = accessFor(site, '/');
  const isClosed = access.some(({ name, args: [first] }) => name === 'deny' && first === 'all');
  const allowed = access.flatMap(({ name, args: [first] }) => (name === 'allow' && first !== undefined ? [first] : []));
  return isClosed && !allowed.includes('all') ? allowed : null;
}

/** Asked as the panel reaches the gateway, since the certificate is judged there; the token stays here. */
async function judgeGatewayPort({ gateway }: CheckSources, _port: number, tried: string): Promise<Finding> {
  if (gateway.profile === null) return warn(TEXT.gatewayElsewhere, byHand(TEXT.setUpGateway), tried);
  const path = '/v1/models';
  const reply = await gateway.request({ path, as: 'none', timeoutMs: TIMEOUT_MS });
  const evidence = [showReply(`GET ${path} without a token`, reply), tried];
  if (isLogin(reply)) return pass(TEXT.gatewayToken(reply.status), ...evidence);
  if (reply.status === 200 && isRecord(jsonIn(reply.body))) return fail(TEXT.gatewayOpen, byHand(TEXT.setToken), ...evidence);
  return unknown(TEXT.gatewayOther(reply.status), byHand(TEXT.closePort), ...evidence);
}
