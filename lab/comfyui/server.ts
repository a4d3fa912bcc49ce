import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { CHECKPOINTS_FOLDER } from '../base/files.ts';
import type { GpuReading } from '../base/gpu.ts';
import { type LabAnswer, readBody, sendJson } from '../base/http.ts';
import { WebSocketEnd } from '../base/websocket.ts';
import type { ComfyUi } from './comfyui.ts';
import { describeHistory, describeJob } from './jobs.ts';
import { objectInfo } from './node-info.ts';
import { previewMessage } from './previews.ts';
import { systemStats } from './system-stats.ts';

const MIB = 1048576;
const MAX_BODY_BYTES = 16 * MIB;
const MODEL_FOLDERS = [
  'checkpoints',
  'clip',
  'clip_vision',
  'controlnet',
  'diffusion_models',
  'embeddings',
  'loras',
  'upscale_models',
  'vae',
];

const Ask = z.object({
  prompt: z.unknown(),
  client_id: z.string().optional(),
  prompt_id: z.string().optional(),
  front: z.boolean().optional(),
  extra_data: z.record(z.string(), z.unknown()).optional(),
});
const Change = z.object({ clear: z.boolean().optional(), delete: z.array(z.string()).optional() });

const Flags = z.object({
  type: z.literal('feature_flags'),
  data: z.object({ supports_preview_metadata: z.boolean().optional() }),
});
const FEATURES = { supports_preview_metadata: true, max_upload_size: 104857600 };

interface Client {
  readonly end: WebSocketEnd;
  wantsMetadata: boolean;
}

export interface ComfyHost {
  readonly comfyui: ComfyUi;
  checkpoints(): readonly string[];
  gpu(): GpuReading;
  isGpuSeen(): boolean;
}

/** ComfyUI 0.3.64's HTTP API with its websocket at /ws; not listening yet. */
export function createComfyUiServer(host: ComfyHost): { readonly server: Server; close(): void } {
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    answer(request, host).then(
      (reply) => send(response, reply),
      () => response.destroy(),
    );
  });
  const clients = new Map<string, Client>();
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    const url = new URL(request.url ?? '/', 'http://comfyui');
    if (!/^(\/api)?\/ws$/.test(url.pathname)) return void socket.destroy();
    const id = url.searchParams.get('clientId') ?? String(clients.size);
    let isFirst = true;
    const end: WebSocketEnd = new WebSocketEnd(request, socket, {
      message: (text) => {
        const flags = isFirst ? Flags.safeParse(parsed(text)) : null;
        isFirst = false;
        if (flags?.success !== true) return;
        client.wantsMetadata = flags.data.data.supports_preview_metadata === true;
        end.send(JSON.stringify({ type: 'feature_flags', data: FEATURES }));
      },
      close: () => {
        if (clients.get(id) === client) clients.delete(id);
      },
    });
    const client: Client = { end, wantsMetadata: false };
    clients.set(id, client);
    const status = { exec_info: { queue_remaining: host.comfyui.remaining } };
    end.send(JSON.stringify({ type: 'status', data: { status, sid: id } }));
    // As in ComfyUI: a client that reconnects gets the current node, without the job's id.
    const node = host.comfyui.nodeOf(id);
    if (node !== null) end.send(JSON.stringify({ type: 'executing', data: { node } }));
  });
  const stop = host.comfyui.onEvent((event) => {
    for (const [id, { end, wantsMetadata }] of clients) {
      if (event.clientId !== null && event.clientId !== id) continue;
      if (event.kind === 'message') end.send(JSON.stringify({ type: event.type, data: event.data }));
      else end.send(previewMessage(event.png(), wantsMetadata ? event.metadata : null));
    }
  });
  return { server, close: stop };
}

async function answer(request: IncomingMessage, host: ComfyHost): Promise<LabAnswer> {
  const url = new URL(request.url ?? '/', 'http://comfyui');
  const method = request.method ?? 'GET';
  const text = (await readBody(request, MAX_BODY_BYTES)) ?? '';
  // A page of another origin may not use a server on the loopback interface.
  const { origin, host: asked } = request.headers;
  if (origin !== undefined && /^(127\.0\.0\.1|localhost)(:|$)/.test(asked ?? '') && new URL(origin).host !== asked)
    return { status: 403, body: null };
  const path = url.pathname.replace(/^\/api(?=\/)/, '');
  if (method === 'GET' || method === 'HEAD') return read(path, url.searchParams, host) ?? NOT_FOUND;
  if (method !== 'POST') return { status: 405, raw: { type: 'text/plain; charset=utf-8', data: '405: Method Not Allowed' } };
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    return { status: 500, raw: { type: 'text/plain; charset=utf-8', data: '500 Internal Server Error\n\nServer got itself in trouble' } };
  }
  return change(path, body, host) ?? NOT_FOUND;
}

const NOT_FOUND: LabAnswer = { status: 404, raw: { type: 'text/plain; charset=utf-8', data: '404: Not Found' } };
const EMPTY: LabAnswer = { status: 200, raw: { type: 'application/octet-stream', data: '' } };

function read(path: string, query: URLSearchParams, host: ComfyHost): LabAnswer | null {
  const { comfyui } = host;
  const [, promptId] = /^\/history\/([^/]+)$/.exec(path) ?? [];
  if (promptId !== undefined) {
    const entry = comfyui.history.get(promptId);
    return { status: 200, body: entry === undefined ? {} : { [promptId]: describeHistory(entry) } };
  }
  const [, node] = /^\/object_info\/(\w+)$/.exec(path) ?? [];
  if (node !== undefined) return { status: 200, body: objectInfo(node, host.checkpoints()) };
  switch (path) {
    case '/':
      return { status: 200, raw: { type: 'text/html', data: '<!doctype html><title>ComfyUI</title>' } };
    case '/system_stats':
      return { status: 200, body: systemStats(host) };
    case '/prompt':
      return { status: 200, body: { exec_info: { queue_remaining: comfyui.remaining } } };
    case '/queue': {
      const { running, pending } = comfyui;
      return {
        status: 200,
        body: { queue_running: running === null ? [] : [describeJob(running)], queue_pending: pending.map(describeJob) },
      };
    }
    case '/history': {
      const most = Number(query.get('max_items') ?? 200);
      const entries = [...comfyui.history].slice(-most).map(([id, entry]) => [id, describeHistory(entry)] as const);
      return { status: 200, body: Object.fromEntries(entries) };
    }
    case '/view': {
      const png = query.get('type') === 'input' ? null : comfyui.output.image(query.get('filename') ?? '');
      return png === null ? { status: 404, raw: { type: 'text/plain', data: '' } } : { status: 200, raw: { type: 'image/png', data: png } };
    }
    case '/models':
      return { status: 200, body: MODEL_FOLDERS };
    case '/models/checkpoints':
      return { status: 200, body: host.checkpoints() };
    case '/embeddings':
      return { status: 200, body: [] };
    case '/internal/folder_paths':
      return { status: 200, body: { checkpoints: [CHECKPOINTS_FOLDER], loras: [CHECKPOINTS_FOLDER.replace('checkpoints', 'loras')] } };
    case '/features':
      return { status: 200, body: FEATURES };
    default:
      return /^\/models\/[a-z_]+$/.test(path) && MODEL_FOLDERS.includes(path.slice('/models/'.length)) ? { status: 200, body: [] } : null;
  }
}

function change(path: string, body: unknown, { comfyui }: ComfyHost): LabAnswer | null {
  switch (path) {
    case '/prompt': {
      const asked = Ask.safeParse(body);
      if (!asked.success || asked.data.prompt === undefined)
        return {
          status: 400,
          body: {
            error: { type: 'no_prompt', message: 'No prompt provided', details: 'No prompt provided', extra_info: {} },
            node_errors: {},
          },
        };
      const {
        prompt,
        client_id: clientId = null,
        prompt_id: promptId = null,
        front: isFront = false,
        extra_data: extraData = {},
      } = asked.data;
      const job = comfyui.submit({ prompt, clientId, promptId, isFront, extraData });
      return 'error' in job
        ? { status: 400, body: job }
        : { status: 200, body: { prompt_id: job.id, number: job.number, node_errors: {} } };
    }
    case '/queue':
    case '/history': {
      const asked = Change.safeParse(body);
      const { clear, delete: ids } = asked.success ? asked.data : {};
      const work = (which: readonly string[] | null) => (path === '/queue' ? comfyui.dequeue(which) : comfyui.forget(which));
      if (clear === true) work(null);
      if (ids !== undefined) work(ids);
      return EMPTY;
    }
    case '/interrupt': {
      const asked = z.object({ prompt_id: z.string().optional() }).safeParse(body);
      comfyui.interrupt((asked.success ? asked.data.prompt_id : undefined) ?? null);
      return EMPTY;
    }
    case '/free': {
      const asked = z.object({ unload_models: z.boolean().optional(), free_memory: z.boolean().optional() }).safeParse(body);
      const flags = asked.success ? asked.data : {};
      comfyui.free({ unloadsModels: flags.unload_models === true, freesMemory: flags.free_memory === true });
      return EMPTY;
    }
    default:
      return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function send(response: ServerResponse, reply: LabAnswer): void {
  if (reply.raw === undefined) {
    sendJson(response, reply.status, reply.body);
    return;
  }
  response.writeHead(reply.status, { 'content-type': reply.raw.type, 'content-length': Buffer.byteLength(reply.raw.data) });
  response.end(reply.raw.data);
}
