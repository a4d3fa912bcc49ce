import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord } from '../../shared/record.ts';
import type { LabFault } from '../base/faults.ts';
import { protocolFaultOf, readBody, sendJson } from '../base/http.ts';
import { answerChat } from './chat.ts';
import type { Health } from './health.ts';
import { type Answer, generate } from './images.ts';
import type { ToolCounters } from './observability.ts';
import type { RequestLog } from './request-log.ts';
import type { Slots } from './slots.ts';
import type { Tools } from './tools.ts';

const MAX_REQUEST_BYTES = 1_000_000;

/** What the gateway's process knows; begins anew when it restarts. */
export interface GatewayContext {
  readonly faults: ReadonlySet<LabFault>;
  readonly token: string;
  readonly slots: Slots;
  readonly health: Health;
  readonly tools: Tools;
  readonly counters: ToolCounters;
  /** Stored images by name. */
  readonly images: Map<string, Buffer>;
  readonly portOf: (port: number) => number | null;
  readonly now: () => number;
  readonly requestLog: RequestLog;
}

/** The API of the main listener: `/v1/*` behind the token, `/ui/images/*` for every machine that may use the user interface. */
export async function answerApi(request: IncomingMessage, response: ServerResponse, context: GatewayContext): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  if (path === '/openapi.json') return send(response, { status: 200, body: { info: { title: 'Local AI Gateway', version: '0.1' } } });
  if (path.startsWith('/ui/images/')) return sendImage(response, path, context);
  if (!path.startsWith('/v1/')) return send(response, { status: 404, body: { detail: 'Not Found' } });
  const refusal = guard(request, context);
  if (refusal !== null) return send(response, refusal);
  const body = request.method === 'POST' ? await readBody(request, MAX_REQUEST_BYTES) : '';
  if (body === null) {
    response.writeHead(413, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('request too large');
    return;
  }
  const fields = fieldsOf(body);
  if (fields === null || (context.faults.has('gateway-garbles-requests') && fields['prompt'] === '')) {
    // Uncaught there, also JSON that is no object: plain text, and no request id.
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Internal Server Error');
    return;
  }
  const method = request.method ?? 'GET';
  const beganMs = performance.now();
  const answer = await route(method, path, fields, context);
  const id = `req-${randomBytes(12).toString('hex')}`;
  context.requestLog.add({
    atMs: context.now(),
    elapsedMs: performance.now() - beganMs,
    method,
    path,
    status: answer.status,
    id,
  });
  send(response, { ...answer, headers: { 'x-request-id': id, ...answer.headers } }, context.faults);
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> | null {
  if (body === '') return {};
  try {
    const document: unknown = JSON.parse(body);
    return isRecord(document) ? document : null;
  } catch {
    return null;
  }
}

function guard(request: IncomingMessage, { faults, token }: GatewayContext): Answer | null {
  const [, given] = /^bearer\s+(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (faults.has('gateway-open')) return null;
  if (given === undefined) return { status: 401, body: { detail: 'Missing bearer token' } };
  if (given !== token || faults.has('gateway-token-refused')) return { status: 403, body: { detail: 'Invalid bearer token' } };
  if (faults.has('gateway-ip-not-allowed')) return { status: 403, body: { detail: 'Client IP not allowed' } };
  return null;
}

async function route(method: string, path: string, fields: Readonly<Record<string, unknown>>, context: GatewayContext): Promise<Answer> {
  const name = `${method} ${path}`;
  if (name === 'GET /v1/gateway/status') {
    return { status: 200, body: { admission_control: context.slots.rows(), backend_health: context.health.rows() } };
  }
  if (name === 'GET /v1/models' && context.faults.has('gateway-chat-fails')) return { status: 502, body: { detail: 'upstream error' } };
  if (name === 'GET /v1/models') return { status: 200, body: { object: 'list', data: models(context.now()) } };
  if (method === 'GET' && path.startsWith('/v1/models/')) {
    return { status: 200, body: { id: decodeURIComponent(path.slice('/v1/models/'.length)), object: 'model' } };
  }
  const other = context.tools.answer(method, path, fields) ?? answerChat(name, fields, context.faults, context.now());
  if (other !== null) return other;
  if (name === 'POST /v1/images/generations') {
    const keep = (file: string, image: Buffer) => context.images.set(file, image);
    return generate({ ...context, fields, keep });
  }
  return { status: 404, body: { detail: 'Not Found' } };
}

function models(nowMs: number): readonly unknown[] {
  const created = Math.floor(nowMs / 1000);
  const model = (id: string, rest: object) => ({ id, object: 'model', created, ...rest });
  return [
    model('ollama:llama3.1:8b', { owned_by: 'local', backend: 'ollama' }),
    model('mlx:mlx-community/Qwen2.5-14B-Instruct-4bit', { owned_by: 'local', backend: 'mlx' }),
    model('auto', { owned_by: 'gateway' }),
    model('fast', { owned_by: 'gateway', backend: 'ollama', upstream_model: 'llama3.1:8b', context_window: 32_768 }),
    model('long', { owned_by: 'gateway', backend: 'mlx', upstream_model: 'Qwen2.5-14B-Instruct-4bit', context_window: 131_072 }),
  ];
}

/** Sends it as the real one would, or as the fault says. */
function send(response: ServerResponse, answer: Answer, faults: ReadonlySet<LabFault> = new Set()): void {
  const headers = { 'x-request-id': `req-${randomBytes(12).toString('hex')}`, ...answer.headers };
  if (faults.has('gateway-html')) {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>');
    return;
  }
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, { ...headers, 'content-type': 'text/event-stream' });
    response.end(answer.stream);
    return;
  }
  sendJson(response, answer.status, answer.body, { headers, protocolFault: protocolFaultOf(faults, 'gateway') });
}

/** An image that it stored, until its time is over; where users sign in, the token is no session. */
function sendImage(response: ServerResponse, path: string, { images, faults }: GatewayContext): void {
  const image = faults.has('gateway-images-expire-at-once') ? undefined : images.get(path.slice('/ui/images/'.length));
  if (faults.has('gateway-images-behind-login')) send(response, { status: 401, body: { detail: 'authentication required' } });
  else if (image === undefined) send(response, { status: 404, body: { detail: 'expired' } });
  else {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': image.length, 'cache-control': 'private, max-age=60' });
    response.end(image);
  }
}

/** The listener for observation: plain, loopback, no authentication. */
export function answerObservation(request: IncomingMessage, response: ServerResponse, context: GatewayContext): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
  };
  const isFailing = context.faults.has('gateway-observability-fails');
  if (path === '/health') json(isFailing ? 503 : 200, { ok: !isFailing });
  else if (path === '/health/upstreams' && isFailing) json(500, { detail: 'failed' });
  else if (path === '/metrics' && isFailing) response.writeHead(404).end();
  else if (path === '/health/upstreams') {
    const down = { ok: false, error: 'ConnectError: refused' };
    const ollama = context.faults.has('gateway-upstreams-down') ? down : { ok: true, status: 200 };
    json(200, { ok: true, upstreams: { ollama, mlx: down } });
  } else if (path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(context.counters.text(context.now()));
  } else if (path === '/readyz') {
    const backends = context.health.rows();
    const rows = Object.values(backends);
    const ready = rows.every((row) => row.ready);
    if (rows.length === 0) json(200, { ok: true, ready: true, detail: 'no_backends' });
    else json(ready ? 200 : 503, { ok: ready, ready, backends });
  } else json(404, { detail: 'Not Found' });
}
