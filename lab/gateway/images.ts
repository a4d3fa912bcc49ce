import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { LabFault } from '../base/faults.ts';
import { imagesClassOf } from './backends.ts';
import { describe, type Health } from './health.ts';
import type { Slots } from './slots.ts';

const UPSTREAM_TIMEOUT_MS = 120_000;
/** With the fault `gateway-short-timeout`. */
const SHORT_TIMEOUT_MS = 2_000;
const MAX_PIXELS = 2_000_000;
const NGINX_PORT = 7860;
const PASSED_ON = [
  'seed',
  'steps',
  'num_inference_steps',
  'guidance',
  'guidance_scale',
  'cfg_scale',
  'negative_prompt',
  'sampler',
  'scheduler',
  'style',
  'quality',
];

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Server-sent events in place of JSON. */
  readonly stream?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** `POST /v1/images/generations`, in the order in which the real one looks at things: readiness before slots before the size. */
export async function generate(o: {
  readonly fields: Fields;
  readonly faults: ReadonlySet<LabFault>;
  readonly slots: Slots;
  readonly health: Health;
  readonly portOf: (port: number) => number | null;
  readonly now: () => number;
  readonly keep: (name: string, image: Buffer) => void;
}): Promise<Answer> {
  const { fields, slots, health, now } = o;
  const imagesClass = imagesClassOf(o.faults);
  const prompt = fields['prompt'];
  if (typeof prompt !== 'string' || prompt.trim() === '') return refused(400, 'prompt must be a non-empty string');
  const known = health.of(imagesClass);
  if (known !== null && !(known.healthy && known.ready)) return notReady(imagesClass, known.error, known);
  if (!slots.take(imagesClass, 'images')) {
    return {
      status: 429,
      headers: { 'retry-after': '5' },
      body: {
        detail: {
          error: 'backend_overloaded',
          backend_class: imagesClass,
          route_kind: 'images',
          message: `Backend ${imagesClass} is at capacity for images`,
        },
      },
    };
  }
  try {
    const asked = readRequest(fields, prompt);
    if ('body' in asked) return asked;
    const reply = await upstream(
      asked.upstream,
      o.portOf(NGINX_PORT),
      o.faults.has('gateway-short-timeout') ? SHORT_TIMEOUT_MS : UPSTREAM_TIMEOUT_MS,
    );
    if (typeof reply === 'string') return refused(502, `image backend error: ${reply}`);
    const images = imagesOf(reply);
    if (images === null) return refused(502, 'image backend error: RuntimeError: images response missing b64_json');
    const reported = upstreamScalars(reply);
    const gateway = {
      backend: 'http_openai_images',
      mime: 'image/png',
      ...(typeof asked.upstream['model'] === 'string' ? { model: asked.upstream['model'], model_reason: 'request:model' } : {}),
      request: asked.reported,
      ...(Object.keys(reported).length === 0 ? {} : { upstream: reported }),
    };
    const data = images.map((b64) => {
      if (asked.format === 'b64_json') return { b64_json: b64 };
      if (o.faults.has('gateway-image-folder-read-only')) return { url: `data:image/png;base64,${b64}` };
      const image = Buffer.from(b64, 'base64');
      const name = `${Math.floor(now() / 1000)}_${createHash('sha256').update(image).digest('hex').slice(0, 16)}.png`;
      o.keep(name, image);
      return { url: `/ui/images/${name}` };
    });
    return { status: 200, body: { created: Math.floor(now() / 1000), data, _gateway: gateway } };
  } finally {
    slots.free(imagesClass, 'images');
  }
}

const refused = (status: number, detail: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
  body: { detail },
});

function notReady(imagesClass: string, error: string | null, flags: { readonly healthy: boolean; readonly ready: boolean }): Answer {
  const backend = { ...describe(imagesClass), healthy: flags.healthy, ready: flags.ready };
  const detail = {
    error: 'backend_not_ready',
    backend_class: imagesClass,
    message: `Backend ${imagesClass} is not ready`,
    backend,
    ...(error === null ? {} : { health_error: error }),
    capability: 'images',
    available_backends: [{ ...describe('gpu_fast'), healthy: true, ready: true }],
    available_count: 1,
  };
  return refused(503, detail, { 'retry-after': '30' });
}

type ImageFields = {
  readonly upstream: Record<string, unknown>;
  readonly reported: Record<string, unknown>;
  readonly format: 'url' | 'b64_json';
};

function readRequest(fields: Fields, prompt: string): ImageFields | Answer {
  const n = fields['n'] === undefined ? 1 : pythonInt(fields['n']);
  if (fields['n'] === null || typeof fields['n'] === 'object') return refused(502, 'image backend error: TypeError: int() argument');
  if (Number.isNaN(n)) return refused(400, `invalid literal for int() with base 10: '${String(fields['n'])}'`);
  const size = fields['size'] === undefined ? '1024x1024' : fields['size'];
  const match = /^\s*(\d+)\s*x\s*(\d+)\s*$/i.exec(typeof size === 'string' ? size : '');
  if (match === null) return refused(400, "size must be like '1024x1024'");
  const [width, height] = [Number(match[1]), Number(match[2])];
  if (width === 0 || height === 0) return refused(400, 'size must be positive');
  if (width * height > MAX_PIXELS) return refused(400, 'size too large');
  const given = fields['response_format'];
  if (given !== undefined && given !== null && typeof given !== 'string') return refused(502, 'image backend error: AttributeError');
  const format = (given ?? '').trim().toLowerCase() || 'url';
  if (format !== 'url' && format !== 'b64_json') return refused(400, `response_format must be 'url' or 'b64_json', got: ${format}`);
  const options: Record<string, unknown> = {};
  for (const name of PASSED_ON) {
    const value = fields[name];
    if (value !== undefined && value !== null && value !== '') options[name] = value;
  }
  alias(options, 'steps', 'num_inference_steps');
  alias(options, 'negative_prompt', 'negative');
  alias(options, 'guidance_scale', 'cfg_scale');
  const model = typeof fields['model'] === 'string' ? fields['model'].trim() : '';
  if (/turbo/i.test(model) && options['guidance_scale'] === undefined) Object.assign(options, { guidance_scale: 0, cfg_scale: 0 });
  const reported = { size: `${width}x${height}`, ...options };
  const chosen = model === '' || model === 'auto' ? {} : { model };
  return {
    upstream: { prompt, n: Math.min(4, Math.max(1, n)), size: reported.size, response_format: 'b64_json', ...chosen, ...options },
    reported,
    format,
  };
}

/** As int() of Python reads a number or a text; NaN where it raises ValueError. */
function pythonInt(value: unknown): number {
  if (typeof value === 'string') return /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  return Math.trunc(Number(value));
}

function alias(options: Record<string, unknown>, one: string, other: string): void {
  if (options[one] !== undefined) options[other] ??= options[one];
  else if (options[other] !== undefined) options[one] = options[other];
}

/** The backend's answer, or what the gateway's HTTP library says: the backend's own words do not get through. */
function upstream(body: unknown, port: number | null, limitMs: number): Promise<Fields | string> {
  if (port === null) return Promise.resolve('ConnectError: All connection attempts failed');
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'x-request-id': randomUUID() };
    const options = { host: '127.0.0.1', port, path: '/v1/images/generations', method: 'POST', headers, agent: false as const };
    const sent = request(options, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.once('error', () => resolve('RemoteProtocolError: peer closed connection'));
      reply.once('end', () => {
        const status = reply.statusCode ?? 0;
        if (status >= 300) return resolve(statusError(status, reply.statusMessage ?? '', reply.headers.location, options.path));
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as Fields);
        } catch {
          resolve('JSONDecodeError: Expecting value: line 1 column 1 (char 0)');
        }
      });
    });
    sent.setTimeout(limitMs, () => sent.destroy(new Error('timeout')));
    sent.once('error', (cause) => resolve(cause.message === 'timeout' ? 'ReadTimeout: ' : 'ConnectError: All connection attempts failed'));
    sent.end(text);
  });
}

/** What raise_for_status() of httpx says. */
function statusError(status: number, reason: string, location: string | undefined, path: string): string {
  const kind = status < 400 ? 'Redirect response' : status < 500 ? 'Client error' : 'Server error';
  const more = location === undefined ? '' : `\nRedirect location: '${location}'`;
  const about = `For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/${status}`;
  return `HTTPStatusError: ${kind} '${status} ${reason}' for url 'http://ada2:7860${path}'${more}\n${about}`;
}

function imagesOf(reply: Fields): readonly string[] | null {
  const data = reply['data'];
  if (!Array.isArray(data) || data.length === 0) return null;
  const images = data.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'b64_json' in entry ? entry.b64_json : undefined,
  );
  return images.every((image): image is string => typeof image === 'string') ? images : null;
}

function upstreamScalars(reply: Fields): Record<string, unknown> {
  return Object.fromEntries(
    ['seed', 'steps', 'cfg_scale', 'model', 'scheduler'].flatMap((name) => {
      const value = reply[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
    }),
  );
}
