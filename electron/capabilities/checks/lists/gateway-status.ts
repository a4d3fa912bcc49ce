import { backendState } from '../../../../shared/backend-state.ts';
import { PanelException } from '../../../../shared/errors.ts';
import { formatDuration } from '../../../../shared/format.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import { requireSuccess } from '../../gateway/reading.ts';
import { gatewayReplyError } from '../../gateway/reply-errors.ts';
import { type GatewayStatus, parseGatewayStatus } from '../../gateway/status.ts';
import { byHand, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources, GatewayCredentials } from '../sources.ts';
import { judgeCertificate } from './certificate.ts';
import { gatewayCheck } from './gateway-check.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';
import { jsonIn, judgeReply, showReply } from './judge-reply.ts';

const STATUS = '/v1/gateway/status';
const IMAGES = '/v1/images/generations';
/** The gateway checks again 30 s after a sweep of 10 s at most. */
const OLD_MS = 90_000;
/** Backends and the panel compare times of the gateway with their own. */
const WARN_SKEW_MS = 2_000;
const FAIL_SKEW_MS = 60_000;

const CHECK_ADDRESS = byHand(TEXT.checkAddress);

/** The gateway itself: whether it responds, whom it serves and whether its backend for images is ready. */
export const GATEWAY_STATUS_CHECKS: readonly Check[] = [
  gatewayCheck(
    {
      id: 'gateway_status',
      title: 'Status of the gateway',
      about: 'GET /v1/gateway/status lists limits and backends, checked within 90 s.',
    },
    ({ gateway, nowMs }) =>
      judgeReply(gateway.request({ path: STATUS }), byHand(TEXT.startGateway), (reply) => {
        const status = parseGatewayStatus(requireSuccess(reply, nowMs).body);
        if ('code' in status) return unknown(status.message, CHECK_ADDRESS, showReply(`GET ${STATUS}`, reply));
        return judgeStatus(status, Date.parse(reply.headers['date'] ?? '') || nowMs);
      }),
  ),
  gatewayCheck(
    {
      id: 'gateway_backend',
      title: 'Backend for images',
      about: 'The gateway reports the backend class of images as healthy and ready, with a limit.',
    },
    async (sources, { imagesClass }) => judgeBackend(await readStatus(sources), imagesClass),
  ),
  gatewayCheck({ id: 'token', title: 'Token', about: 'A token is saved, and the gateway accepts it.' }, async ({ gateway, nowMs }) => {
    if (!gateway.hasToken) return fail(TEXT.noToken, byHand(TEXT.enterToken));
    const reply = await gateway.request({ path: STATUS });
    if (reply.status === 401 || reply.status === 403) {
      const error = gatewayReplyError(reply, nowMs);
      return fail(error.message, byHand(error.hint), showReply(`GET ${STATUS}`, reply));
    }
    const status = parseGatewayStatus(requireSuccess(reply, nowMs).body);
    if ('code' in status) return unknown(status.message, CHECK_ADDRESS, showReply(`GET ${STATUS}`, reply));
    const isStatus = status.admission !== null || status.health !== null;
    return isStatus ? pass(TEXT.tokenAccepted) : unknown(TEXT.garbled(STATUS), CHECK_ADDRESS, showReply(`GET ${STATUS}`, reply));
  }),
  gatewayCheck({ id: 'token_missing', title: 'No token, no service', about: 'A request without a token is refused with 401.' }, (sources) =>
    judgeRefusal(sources, 'none', TEXT.withoutToken, [401]),
  ),
  gatewayCheck(
    { id: 'token_wrong', title: 'Wrong token, no service', about: 'A request with a wrong token is refused with 403, or 401.' },
    (sources) => judgeRefusal(sources, 'wrong', TEXT.withWrongToken, [401, 403]),
  ),
  gatewayCheck(
    {
      id: 'bad_request',
      title: 'Wrong requests are refused',
      about: 'A request for an image without a prompt is refused with 400; nothing is made.',
    },
    async ({ gateway, nowMs }) => {
      const reply = await gateway.request({ method: 'POST', path: IMAGES, body: { prompt: '' } });
      const evidence = showReply(`POST ${IMAGES}`, reply);
      if (reply.status === 400) return pass(TEXT.badRefused, evidence);
      if (reply.status === 401 || reply.status === 403 || /html/i.test(reply.headers['content-type'] ?? ''))
        throw new PanelException(gatewayReplyError(reply, nowMs));
      return fail(TEXT.badNotRefused(reply.status), CHECK_ADDRESS, evidence);
    },
  ),
  gatewayCheck(
    {
      id: 'gateway_certificate',
      title: 'Certificate of the gateway',
      about: 'The certificate is one that the panel trusts for this address, and is valid for more than three weeks.',
    },
    async ({ gateway, nowMs }, { address }) => {
      try {
        const endsAt = await gateway.certificateEndsAt();
        return endsAt === null ? skipped(TEXT.plain) : judgeCertificate(endsAt, nowMs, byHand(TEXT.renew), address, TEXT.trusted);
      } catch (thrown) {
        if (!isOfCertificate(thrown)) throw thrown;
        const { message, hint, detail } = thrown.panelError;
        return fail(message, byHand(hint), detail);
      }
    },
  ),
  gatewayCheck(
    {
      id: 'gateway_clock',
      title: 'Clock of the gateway’s machine',
      about: 'The clock differs from that of this computer by at most 2 s.',
      gatewayReads: { first: [] },
    },
    ({ gateway }) => {
      const { offsetMs, uncertaintyMs } = gateway.clock();
      if (!Number.isFinite(offsetMs)) return unknown(TEXT.garbled('date'));
      const off = Math.max(0, Math.abs(offsetMs) - uncertaintyMs);
      const evidence = `${Math.round(offsetMs)} ms ± ${Math.round(uncertaintyMs)} ms`;
      if (off <= WARN_SKEW_MS) return pass(TEXT.clockFine, evidence);
      const summary = TEXT.clock(formatDuration(Math.abs(offsetMs)));
      return off > FAIL_SKEW_MS ? fail(summary, byHand(TEXT.setClock), evidence) : warn(summary, byHand(TEXT.setClock), evidence);
    },
  ),
];

const isOfCertificate = (thrown: unknown): thrown is PanelException =>
  thrown instanceof PanelException && /-certificate-|-no-tls$/.test(thrown.panelError.code);

/** Throws the refusals of the gateway. */
export async function readStatus({ gateway, nowMs }: CheckSources): Promise<GatewayStatus> {
  const status = parseGatewayStatus(requireSuccess(await gateway.request({ path: STATUS }), nowMs).body);
  if ('code' in status) throw new PanelException(status);
  return status;
}

function judgeStatus({ admission, health }: GatewayStatus, serverNowMs: number): Finding {
  if (admission === null) return fail(TEXT.statusPart('admission_control'), CHECK_ADDRESS);
  if (health === null) return fail(TEXT.statusPart('backend_health'), CHECK_ADDRESS);
  if (health.length === 0) return unknown(TEXT.statusEmpty, byHand(TEXT.waitForCheck));
  const lines = admission.map((row) => `${row.backendClass}.${row.routeKind}: ${row.inflight ?? '–'} of ${row.limit ?? '–'} in use`);
  const ages = health.flatMap(({ checkedAt }) => (checkedAt === null ? [] : [serverNowMs - checkedAt]));
  const oldestMs = Math.max(0, ...ages);
  if (oldestMs > OLD_MS) return warn(TEXT.statusOld(formatDuration(oldestMs)), byHand(TEXT.seeLog), ...lines);
  return pass(TEXT.status(admission.length, health.length), ...lines);
}

function judgeBackend({ admission, health }: GatewayStatus, imagesClass: string): Finding {
  const name = plainText(imagesClass, 100);
  const slots = admission?.find(({ backendClass, routeKind }) => backendClass === imagesClass && routeKind === 'images');
  if (slots === undefined || slots.limit === null) return fail(TEXT.noClass(name), byHand(TEXT.setClass));
  const backend = health?.find((row) => row.name === imagesClass);
  if (backend === undefined || backend.isHealthy === null) return unknown(TEXT.backendNotChecked(name), byHand(TEXT.waitForCheck));
  const evidence = [TEXT.slots(slots.limit, slots.available ?? 0), backend.error];
  if (backend.isHealthy && backend.isReady === true) return pass(TEXT.backendReady(name), ...evidence);
  return fail(TEXT.backendNotReady(name, backendState(backend)), byHand(TEXT.fixBackend), ...evidence);
}

async function judgeRefusal(
  { gateway }: CheckSources,
  as: GatewayCredentials,
  words: string,
  refusals: readonly number[],
): Promise<Finding> {
  const reply = await gateway.request({ path: STATUS, as });
  const evidence = showReply(`GET ${STATUS} ${words}`, reply);
  if (/html/i.test(reply.headers['content-type'] ?? '')) return unknown(TEXT.otherStatus(reply.status, words), CHECK_ADDRESS, evidence);
  if (refusals.includes(reply.status)) return pass(TEXT.refusedAs(reply.status, words), evidence);
  if (reply.status !== 200) return unknown(TEXT.otherStatus(reply.status, words), CHECK_ADDRESS, evidence);
  if (jsonIn(reply.body) === undefined) return unknown(TEXT.garbled(STATUS), CHECK_ADDRESS, evidence);
  return fail(TEXT.acceptedAs(words), byHand(TEXT.setTokens), TEXT.otherStatus(reply.status, words));
}
