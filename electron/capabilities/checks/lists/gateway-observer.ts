import type { Reply } from '../../../foundation/http/client.ts';
import { readUpstreams } from '../../gateway/observability.ts';
import { byHand, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { gatewayCheck } from './gateway-check.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';
import { judgeReply, showReply } from './judge-reply.ts';

const HEALTH = '/health';
const METRICS = '/metrics';
const UPSTREAMS = '/health/upstreams';
/** The gateway asks each upstream for 10 s. */
const UPSTREAMS_TIMEOUT_MS = 25_000;

/** Asks the listener without authentication; it is no fault where it cannot be reached from here. */
async function observed(
  { gateway }: CheckSources,
  request: Parameters<NonNullable<CheckSources['gateway']['observe']>>[0],
  judge: (reply: Reply) => Finding,
): Promise<Finding> {
  if (gateway.observe === null) return skipped(TEXT.noObserver);
  return await judgeReply(gateway.observe({ ...request, headers: { accept: '*/*' } }), byHand(TEXT.startGateway), judge);
}

const alive =
  (request: string) =>
  (reply: Reply): Finding =>
    reply.status === 200
      ? pass(TEXT.alive, showReply(request, reply))
      : fail(TEXT.notAlive(reply.status), byHand(TEXT.seeLog), showReply(request, reply));

/** The listener for observation, by the identifiers of the gateway's own verification. */
export const GATEWAY_OBSERVER_CHECKS: readonly Check[] = [
  gatewayCheck(
    { id: 'health_get', title: 'Liveness of the gateway', about: 'GET /health of the observability listener returns 200.' },
    (sources) => observed(sources, { path: HEALTH }, alive(`GET ${HEALTH}`)),
  ),
  gatewayCheck(
    {
      id: 'health_head',
      title: 'Liveness by HEAD',
      about: 'HEAD /health of the observability listener returns 200, as load balancers ask.',
    },
    (sources) => observed(sources, { method: 'HEAD', path: HEALTH }, alive(`HEAD ${HEALTH}`)),
  ),
  gatewayCheck(
    { id: 'metrics', title: 'Metrics of the gateway', about: 'GET /metrics of the observability listener returns 200 and metrics.' },
    (sources) => observed(sources, { path: METRICS }, judgeMetrics),
  ),
  gatewayCheck(
    {
      id: 'health_upstreams',
      title: 'Report on chat backends',
      about: 'GET /health/upstreams of the observability listener returns 200 and the state of each chat backend.',
    },
    (sources) =>
      observed(sources, { path: UPSTREAMS, timeoutMs: UPSTREAMS_TIMEOUT_MS }, (reply) => {
        if (reply.status !== 200) return fail(TEXT.notAlive(reply.status), byHand(TEXT.seeLog), showReply(`GET ${UPSTREAMS}`, reply));
        const upstreams = readUpstreams(reply.body);
        if (upstreams === null) return unknown(TEXT.garbled(UPSTREAMS), byHand(TEXT.checkAddress), showReply(`GET ${UPSTREAMS}`, reply));
        return pass(
          TEXT.upstreams(upstreams.filter(({ isOk }) => isOk).length, upstreams.length),
          ...upstreams.map(({ name, isOk, message }) => TEXT.upstream(name, isOk === true ? '' : message)),
        );
      }),
  ),
  gatewayCheck(
    { id: 'backend_required', title: 'A chat backend responds', about: 'At least one chat backend of GET /health/upstreams responds.' },
    (sources) =>
      observed(sources, { path: UPSTREAMS, timeoutMs: UPSTREAMS_TIMEOUT_MS }, (reply) => {
        const upstreams = reply.status === 200 ? readUpstreams(reply.body) : null;
        if (upstreams === null) return unknown(TEXT.garbled(UPSTREAMS), byHand(TEXT.checkAddress), showReply(`GET ${UPSTREAMS}`, reply));
        const ok = upstreams.filter(({ isOk }) => isOk);
        if (ok.length > 0) return pass(TEXT.upstreams(ok.length, upstreams.length), ...ok.map(({ name }) => TEXT.upstream(name, '')));
        return warn(TEXT.noUpstream, byHand(TEXT.startUpstream), ...upstreams.map(({ name, message }) => TEXT.upstream(name, message)));
      }),
  ),
];

function judgeMetrics(reply: Reply): Finding {
  const evidence = showReply(`GET ${METRICS}`, reply);
  if (reply.status === 404) return warn(TEXT.metricsOff, byHand(TEXT.enableMetrics), evidence);
  if (reply.status !== 200) return fail(TEXT.notAlive(reply.status), byHand(TEXT.seeLog), evidence);
  if (reply.body.trim() === '') return fail(TEXT.metricsEmpty, byHand(TEXT.seeLog));
  if (!/^# (?:TYPE|HELP|gateway_metrics)/m.test(reply.body.slice(0, 10_000))) {
    return unknown(TEXT.garbled(METRICS), byHand(TEXT.checkAddress), evidence);
  }
  return pass(TEXT.metrics(reply.body.trim().split('\n').length));
}
