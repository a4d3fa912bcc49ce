import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { toPanelError } from '../../../../shared/errors.ts';
import type { HttpRequest, Reply } from '../../../foundation/http/client.ts';
import { panelErrorOf } from '../../../testing/errors.ts';
import { type GatewayProof, proveGateway } from './gateway.ts';
import type { ApiClients } from './operation.ts';

const PROOF: GatewayProof = { address: 'https://gw:8800', backendClass: 'gpu_heavy', backendName: 'heavy', limit: 2, withImage: true };
const READY = { healthy: true, ready: true, last_check: 1_795_381_442, error: null };

const png = (width: number, height: number, color: (index: number) => number): string => {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => color(index));
  return Buffer.from(encode({ width, height, data, channels: 3, depth: 8 })).toString('base64');
};
const IMAGE = png(256, 256, (index) => index % 251);

const reply = (status: number, document: unknown): Reply => {
  const body = JSON.stringify(document);
  const timing = { connectedMs: 0, firstByteMs: 0, totalMs: 0 };
  return { status, headers: { 'content-type': 'application/json' }, bytes: Buffer.from(body), body, timing };
};
const status = (o: { readonly limit?: number; readonly health?: unknown; readonly name?: string } = {}): Reply =>
  reply(200, {
    admission_control: {
      [`${o.name ?? 'gpu_heavy'}.images`]: { limit: o.limit ?? 2, available: 0, inflight: 0 },
      'ollama.chat': { limit: 2, available: 2, inflight: 0 },
    },
    backend_health: o.health ?? { heavy: READY },
  });
const served = (b64: string): Reply => reply(200, { created: 1, data: [{ b64_json: b64 }], _gateway: { backend: 'http_openai_images' } });
const BUSY = reply(429, { detail: { error: 'backend_overloaded', backend_class: 'gpu_heavy', route_kind: 'images', message: 'full' } });

type Answers = readonly (Reply | Error)[];

/** A gateway in memory that gives these answers in turn, the last one for ever; its clock moves by the pauses alone. */
function gatewayOf(o: { readonly statuses?: Answers; readonly images?: Answers }, proof: Partial<GatewayProof> = {}) {
  const left = { statuses: [...(o.statuses ?? [status()])], images: [...(o.images ?? [served(IMAGE)])] };
  const next = (kind: keyof typeof left): Reply => {
    const [first, ...rest] = left[kind];
    if (first === undefined) throw new Error('there is no answer');
    if (rest.length > 0) left[kind] = rest;
    if (first instanceof Error) throw first;
    return first;
  };
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const cancel = new AbortController();
  let nowMs = 0;
  const clients: ApiClients = {
    client: () => {
      throw new Error('no port is requested');
    },
    gateway: () => ({
      kind: 'usable',
      address: PROOF.address,
      client: {
        request: async (request) => {
          requests.push(request);
          return next(request.method === 'POST' ? 'images' : 'statuses');
        },
      },
    }),
  };
  const operation = proveGateway({ ...PROOF, ...proof });
  return {
    requests,
    lines,
    cancel,
    check: () => operation.check(clients),
    /** Resolves with the error, or null. */
    apply: () =>
      operation
        .apply(clients, {
          signal: cancel.signal,
          pause: async (ms) => {
            nowMs += ms;
          },
          now: () => nowMs,
          onLines: (more) => void lines.push(...more),
          lastLines: async () => 'gateway[1]: token=abc123def456 refused',
        })
        .then(() => null, toPanelError),
  };
}

it.each([
  ['the class with its limit, ready', {}, { kind: 'done' }],
  ['another limit', { limit: 1 }, { kind: 'failed', reason: 'The gateway reports 1 image at a time for gpu_heavy instead of 2.' }],
  ['another class', { name: 'gpu_slow' }, { kind: 'failed', reason: 'The gateway does not report gpu_heavy for images.' }],
  ['no check yet', { health: {} }, { kind: 'failed', reason: 'The gateway has not checked heavy yet.' }],
  [
    'a backend that is not ready',
    { health: { heavy: { ...READY, ready: false } } },
    { kind: 'failed', reason: 'The gateway reports that heavy is not ready.' },
  ],
  [
    'an unreachable backend',
    { health: { heavy: { healthy: false, ready: false, last_check: 1, error: 'ConnectError: refused' } } },
    { kind: 'failed', reason: 'The gateway reports that heavy is not healthy (ConnectError: refused).' },
  ],
] as const)('reads %s, and makes no image', async (_name, reported, expected) => {
  const gateway = gatewayOf({ statuses: [status(reported)] });
  expect(await gateway.check()).toMatchObject(expected);
  expect(gateway.requests.map(({ path }) => path)).toEqual(['/v1/gateway/status']);
});

it('waits for a gateway that starts and for its first check, then makes one small image', async () => {
  const gateway = gatewayOf({
    statuses: [panelErrorOf('tunnel-refused', 'host'), status({ health: {} }), status()],
    images: [BUSY, served(IMAGE)],
  });
  expect(await gateway.apply()).toBeNull();
  expect(gateway.requests.map(({ method = 'GET' }) => method)).toEqual(['GET', 'GET', 'GET', 'POST', 'POST']);
  expect(JSON.parse(gateway.requests.at(-1)?.body ?? '')).toMatchObject({ n: 1, size: '256x256', response_format: 'b64_json' });
  expect(gateway.lines.slice(-2)).toEqual(['gpu_heavy: ready, 2 images at a time', 'Image of 256 × 256 in 2.0 s']);
});

it('fails with the reason and the log lines, without their tokens, when the backend does not become ready', async () => {
  const gateway = gatewayOf({ statuses: [status({ health: { heavy: { ...READY, ready: false } } })] });
  expect(await gateway.apply()).toMatchObject({
    code: 'setup-step-failed',
    message: 'The gateway reports that heavy is not ready. Waited 75 s.',
    detail: 'gateway[1]: token=… refused',
  });
});

it.each([
  ['a stub', png(1, 1, () => 200), 'The image is 1 × 1 instead of 256 × 256. A stub makes such images.'],
  ['another size', png(64, 256, (index) => index % 251), 'The image is 64 × 256 instead of 256 × 256.'],
  ['one color', png(256, 256, () => 0), 'The image has one color only.'],
  ['half an image', cut(IMAGE), 'The image is damaged.'],
  [
    'an SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'),
    'The gateway returned no image instead of a PNG.',
  ],
  ['a JPEG', Buffer.from('ffd8ffe000104a46', 'hex').toString('base64'), 'The gateway returned a JPEG instead of a PNG.'],
])('%s is no proof', async (_name, b64, message) => {
  expect(await gatewayOf({ images: [served(b64)] }).apply()).toMatchObject({ code: 'setup-step-failed', message });
});

function cut(b64: string): string {
  const whole = Buffer.from(b64, 'base64');
  return whole.subarray(0, whole.length >> 1).toString('base64');
}

it('names why the gateway made no image', async () => {
  const failed = await gatewayOf({ images: [reply(502, { detail: 'image backend error: ReadTimeout: ' })] }).apply();
  expect(failed).toMatchObject({ code: 'setup-step-failed' });
  expect(failed?.message).toMatch(/^The gateway made no image: /);
  expect((await gatewayOf({ images: [BUSY] }).apply())?.message).toContain('slots');
});

it('leaves a lost connection to the run, which continues once it is back', async () => {
  const lost = panelErrorOf('ssh-connection-lost', 'network');
  expect(await gatewayOf({ statuses: [lost] }).apply()).toMatchObject({ code: 'ssh-connection-lost' });
  expect(await gatewayOf({ images: [lost] }).apply()).toMatchObject({ code: 'ssh-connection-lost' });
});

it('stops at a cancel, and needs no image of test images', async () => {
  const cancelled = gatewayOf({});
  cancelled.cancel.abort();
  expect(await cancelled.apply()).toMatchObject({ code: 'setup-cancelled' });
  const mock = gatewayOf({}, { withImage: false });
  expect(await mock.apply()).toBeNull();
  expect(mock.requests.map(({ path }) => path)).toEqual(['/v1/gateway/status']);
});
