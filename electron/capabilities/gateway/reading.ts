import type { GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import type { Ask, HttpClient, Reply } from '../../foundation/http/client.ts';
import { gatewayReplyError } from './reply-errors.ts';
import { parseGatewayStatus } from './status.ts';

const STATUS_LIMIT_MS = 8_000;
const STATUS_MAX_BYTES = 1_048_576;
/** A `Date` header is cut to whole seconds: half of one is the best guess for the rest. */
const HALF_A_SECOND_MS = 500;

/** Asks with the token, if there is one. Throws what the client throws; a refusal by status is an answer. */
export function askWithToken(client: HttpClient, token: string | null, ask: Ask): Promise<Reply> {
  return client.ask(token === null ? ask : { ...ask, headers: { ...ask.headers, authorization: `Bearer ${token}` } });
}

/** Whether it is an answer of the gateway and no refusal; a web page is neither, whatever its status. */
export function isSuccess(reply: Reply): boolean {
  const isPage = /^\s*text\/html\b/i.test(reply.headers['content-type'] ?? '');
  return reply.status >= 200 && reply.status < 300 && !isPage;
}

/** Throws what is no success as the gateway's problem in words. */
export function successOf(reply: Reply, nowMs: number): Reply {
  if (isSuccess(reply)) return reply;
  throw new PanelException(gatewayReplyError(reply, nowMs));
}

/** Reads `GET /v1/gateway/status` once. Throws what the client throws, the gateway's refusals, gateway-status-unreadable. */
export async function readGateway(o: {
  readonly client: HttpClient;
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly now: () => number;
}): Promise<GatewayReading> {
  const sentAt = o.now();
  const ask: Ask = { path: '/v1/gateway/status', timeoutMs: STATUS_LIMIT_MS, maxBytes: STATUS_MAX_BYTES, signal: o.signal };
  const reply = successOf(await askWithToken(o.client, o.token, ask), o.now());
  const takenAt = o.now();
  const status = parseGatewayStatus(reply.body);
  if ('code' in status) throw new PanelException(status);
  const clockOffsetMs = clockOffset(reply.headers['date'], (sentAt + takenAt) / 2);
  return {
    admission: status.admission === null ? null : [...status.admission],
    health:
      status.health?.map((row) => ({
        ...row,
        checkedAt: row.checkedAt === null ? null : row.checkedAt - (clockOffsetMs ?? 0),
      })) ?? null,
    takenAt,
    elapsedMs: reply.timing.totalMs,
    clockOffsetMs,
  };
}

/** The server's clock minus ours, from its `Date` header (RFC 9110, 6.6.1); null without one. */
export function clockOffset(date: string | undefined, atMs: number): number | null {
  const told = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(told) ? null : told + HALF_A_SECOND_MS - atMs;
}
