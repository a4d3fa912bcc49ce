import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import type { HttpClient, HttpRequest, Reply } from '../../foundation/http/client.ts';
import { withSince } from './backend-state.ts';
import { gatewayReplyError } from './reply-errors.ts';
import { parseGatewayStatus } from './status.ts';

const STATUS_TIMEOUT_MS = 8_000;
const STATUS_MAX_BYTES = 1_048_576;
/** A `Date` header has whole seconds; half a second is the best estimate of the rest. */
const HALF_A_SECOND_MS = 500;

/** Sends a request with the token, if set. Throws what the client throws; a failed status is a reply. */
export function requestWithToken(client: Pick<HttpClient, 'request'>, token: string | null, request: HttpRequest): Promise<Reply> {
  return client.request(token === null ? request : { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
}

/** Whether the reply is a success of the gateway; a web page never is, whatever its status. */
export function isSuccess(reply: Reply): boolean {
  const isPage = /^\s*text\/html\b/i.test(reply.headers['content-type'] ?? '');
  return reply.status >= 200 && reply.status < 300 && !isPage;
}

/** Returns a success; throws a failure as a gateway error. */
export function requireSuccess(reply: Reply, nowMs: number): Reply {
  if (isSuccess(reply)) return reply;
  throw new PanelException(gatewayReplyError(reply, nowMs));
}

/** Reads `GET /v1/gateway/status` once. Throws what the client throws, the gateway's refusals, gateway-status-unreadable. */
export async function readGateway(o: {
  readonly client: Pick<HttpClient, 'request'>;
  readonly token: string | null;
  /** The previous reading; null = this is the first. */
  readonly before: GatewayReading | null;
  readonly signal: AbortSignal;
  readonly now: () => number;
}): Promise<GatewayReading> {
  const sentAt = o.now();
  const request: HttpRequest = { path: '/v1/gateway/status', timeoutMs: STATUS_TIMEOUT_MS, maxBytes: STATUS_MAX_BYTES, signal: o.signal };
  const reply = requireSuccess(await requestWithToken(o.client, o.token, request), o.now());
  const takenAt = o.now();
  const status = parseGatewayStatus(reply.body);
  if ('code' in status) throw new PanelException(status);
  const health = status.health === null ? null : withSince(status.health, o.before, takenAt);
  const clockOffsetMs = clockOffset(reply.headers['date'], (sentAt + takenAt) / 2);
  return {
    admission: status.admission === null ? null : [...status.admission],
    health:
      health?.map((row) => ({
        ...row,
        checkedAt: row.checkedAt === null ? null : row.checkedAt - (clockOffsetMs ?? 0),
      })) ?? null,
    takenAt,
    elapsedMs: reply.timing.totalMs,
    clockOffsetMs,
  };
}

/** The server's clock minus this computer's, from the `Date` header (RFC 9110, 6.6.1); null without one. */
export function clockOffset(date: string | undefined, atMs: number): number | null {
  const reported = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(reported) ? null : reported + HALF_A_SECOND_MS - atMs;
}
