import type { IncomingMessage, ServerResponse } from 'node:http';
import { badManners, type LabAnswer, readBody, sendJson } from '../http.ts';
import { type Asked, detail, ok, type Route } from './answers.ts';
import { imageDocument } from './documents.ts';
import type { InvokeAi } from './invokeai.ts';
import { modelRoutes } from './model-routes.ts';
import { queueRoutes } from './queue-routes.ts';

export const INVOKEAI_VERSION = '6.14.0';
const MOST_BODY_BYTES = 64 * 1024 * 1024;

const ROUTES: readonly Route[] = [appRoutes, modelRoutes, queueRoutes, imageRoutes];

/** InvokeAI 6.14's HTTP API, as much of it as a panel and a shim use, with its user interface behind every other path. */
export async function answerInvokeAi(request: IncomingMessage, response: ServerResponse, invokeai: InvokeAi): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://ada2');
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const text = method === 'GET' ? '' : ((await readBody(request, MOST_BODY_BYTES)) ?? '');
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return send(response, detail(422, [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {} }]), invokeai);
  }
  const asked = { method, path: url.pathname, query: url.searchParams, body };
  for (const route of ROUTES) {
    const answer = route(asked, invokeai);
    if (answer !== null) return send(response, answer, invokeai);
  }
  // The user interface answers every path nobody else does; only what changes things is refused.
  if (method === 'GET') {
    const data = '<!doctype html><html><head><title>Invoke - Community Edition</title></head><body><div id="root"></div></body></html>';
    return send(response, { status: 200, raw: { type: 'text/html; charset=utf-8', data } }, invokeai);
  }
  return send(response, detail(405, 'Method Not Allowed'), invokeai);
}

function send(response: ServerResponse, answer: LabAnswer, invokeai: InvokeAi): void {
  if (answer.raw !== undefined) {
    response.writeHead(answer.status, { 'content-type': answer.raw.type, 'content-length': Buffer.byteLength(answer.raw.data) });
    response.end(answer.raw.data);
  } else if (answer.status === 204) {
    response.writeHead(204);
    response.end();
  } else sendJson(response, answer.status, answer.body, { manners: badManners(invokeai.faults, 'invokeai') });
}

function appRoutes({ method, path }: Asked, invokeai: InvokeAi): LabAnswer | null {
  switch (`${method} ${path}`) {
    case 'GET /api/v1/app/version':
      return ok({ version: INVOKEAI_VERSION });
    case 'GET /api/v1/app/app_deps':
      return ok({ accelerate: '1.7.0', diffusers: '0.39.0', torch: '2.7.1+cu128', transformers: '5.5.0', CUDA: '12.8' });
    case 'GET /api/v1/app/generation_device_options':
      return ok(
        invokeai.faults.has('gpu-lost') ? [{ device: 'cpu', name: 'CPU' }] : [{ device: 'cuda:0', name: 'NVIDIA RTX 6000 Ada Generation' }],
      );
    case 'GET /api/v1/app/runtime_config':
      return ok({
        set_fields: ['host', 'port', 'schema_version'],
        config: {
          schema_version: '4.0.3',
          host: '127.0.0.1',
          port: 9090,
          models_dir: 'models',
          max_cache_ram_gb: null,
          max_cache_vram_gb: null,
          device_working_mem_gb: 3,
          enable_partial_loading: true,
          keep_ram_copy_of_weights: true,
          model_cache_keep_alive_min: 0,
          max_queue_size: 10_000,
          clear_queue_on_startup: false,
        },
      });
    case 'GET /api/v1/auth/status':
      return ok({ setup_required: false, multiuser_enabled: false, strict_password_checking: false, admin_email: null });
    case 'GET /openapi.json':
      return ok({
        openapi: '3.1.0',
        info: { title: 'Invoke - Community Edition', version: '1.0.0' },
        paths: Object.fromEntries(PATHS.map((known) => [known, {}])),
      });
    default:
      return null;
  }
}

const PATHS = [
  '/api/v1/app/generation_device_options',
  '/api/v2/models/',
  '/api/v2/models/missing',
  '/api/v2/models/install/{id}/pause',
  '/api/v2/models/hf_login',
  '/api/v1/queue/{queue_id}/item_ids',
];

function imageRoutes({ method, path }: Asked, { queue }: InvokeAi): LabAnswer | null {
  const [, name = '', what] = /^\/api\/v1\/images\/i\/([^/]+)(?:\/(full|thumbnail|metadata))?$/.exec(path) ?? [];
  if (name === '') {
    if (method !== 'GET' || path !== '/api/v1/images/') return null;
    const items = [...queue.pictureNames()].reverse().slice(0, 10);
    const documents = items.flatMap((known) => {
      const size = queue.sizeOf(known);
      return size === null ? [] : [imageDocument(known, size, Date.now())];
    });
    return ok({ limit: 10, offset: 0, total: queue.pictureNames().length, items: documents });
  }
  const size = queue.sizeOf(name);
  if (size === null) return detail(404, 'Image not found');
  if (method === 'DELETE' && what === undefined) {
    queue.removePicture(name);
    return ok({ deleted_images: [name], affected_boards: [] });
  }
  if (method !== 'GET') return null;
  if (what === undefined) return ok(imageDocument(name, size, Date.now()));
  if (what === 'metadata') return ok(null);
  const data = queue.picture(name);
  return data === null ? detail(404, 'Image not found') : { status: 200, raw: { type: 'image/png', data } };
}
