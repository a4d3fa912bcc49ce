import { Agent, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { answerJson, type RecordedRequest, startTryServer, type TryServer } from '../../../../lab/testing/server.ts';
import { type PanelError, toPanelError } from '../../../../shared/errors.ts';
import { createPlainClient, type HttpClient } from '../../../foundation/http/client.ts';
import type { GenerationResult } from '../generation-result.ts';
import { generateByRequest } from './openai-generate.ts';

const PEER = { code: 'shim', layer: 'backend', name: 'The images shim' } as const;
const DATA = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254, 13, 10]);
let server: TryServer;
let http: HttpClient;
afterEach(() => {
  http.close();
  server.close();
});

/** Asks for an image; `from` null = as from the gateway. */
async function generate(
  answer: (requested: RecordedRequest, response: ServerResponse) => void,
  from: typeof PEER | null,
  signal?: AbortSignal,
  maxImages = 1,
): Promise<GenerationResult> {
  server = await startTryServer(answer);
  http = createPlainClient({ hostName: '127.0.0.1', port: server.port, peer: PEER, agent: new Agent({ keepAlive: true }) });
  return generateByRequest({
    request: (request) => http.request(request),
    peer: from,
    body: { prompt: 'a lighthouse' },
    maxImages,
    signal: signal ?? new AbortController().signal,
    now: Date.now,
  });
}
const problem = (made: Promise<GenerationResult>): Promise<PanelError | null> => made.then(() => null, toPanelError);

/** A gateway that keeps images and sends their address. */
const keeping =
  (url: (port: number) => string, status = 200) =>
  (requested: RecordedRequest, response: ServerResponse) => {
    if (requested.method === 'POST')
      return answerJson(response, { data: [{ url: url(server.port) }], _gateway: { backend: 'http_openai_images' } });
    response.writeHead(status, { 'content-type': 'image/png' }).end(status === 200 ? DATA : '{"detail":"authentication required"}');
  };

describe('several images by one request', () => {
  it('are taken as far as they come', async () => {
    const made = await generate(
      (requested, response) => {
        if (requested.method === 'POST')
          answerJson(response, { data: [{ b64_json: DATA.toString('base64') }, { url: '/images/gone.png' }] });
        else response.writeHead(404).end();
      },
      null,
      undefined,
      2,
    );
    expect(made.images).toHaveLength(1);
    expect(made.notes).toContainEqual(expect.stringMatching(/^1 of 2 images arrived\. The gateway stored the image/));
  });
});

describe('an image by one request', () => {
  it('is taken from the answer, with what the answer says of itself', async () => {
    const made = await generate((_asked, response) => {
      response.setHeader('x-request-id', 'req-0123');
      response.setHeader('x-internal', 'between programs');
      answerJson(response, { data: [{ b64_json: DATA.toString('base64') }], shim: { model: 'Dreamshaper 8', seeds: [5] } });
    }, PEER);
    expect(made).toMatchObject({ images: [{ data: DATA, reported: { seed: 5 } }], modelUsed: 'Dreamshaper 8', requestId: 'req-0123' });
    expect(made.headers).toContainEqual(['x-request-id', 'req-0123']);
    expect(made.headers.map(([name]) => name)).not.toContain('x-internal');
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/v1/images/generations', text: '{"prompt":"a lighthouse"}' }]);
    const { connectMs, answerMs, transferMs, waitMs, generateMs } = made.timing;
    expect(Math.min(connectMs, answerMs ?? -1, transferMs)).toBeGreaterThanOrEqual(0);
    expect([waitMs, generateMs]).toEqual([null, null]);
  });

  it('says how many of several came, where the answer does not', async () => {
    const two = await generate((_asked, response) => answerJson(response, { data: [{ b64_json: 'AAAA' }] }), null, undefined, 2);
    expect(two.notes).toEqual(['1 of 2 images arrived.']);
    http.close();
    server.close();
    const notes = ['1 of 2 images were generated: gpu_out_of_memory: InvokeAI failed'];
    const reported = await generate(
      (_asked, response) => answerJson(response, { data: [{ b64_json: 'AAAA' }], shim: { notes } }),
      PEER,
      undefined,
      2,
    );
    expect(reported.notes).toEqual(notes);
  });

  it.each([
    ['relative', () => '/ui/images/1_a.png'],
    ['absolute', (port: number) => `http://127.0.0.1:${port}/ui/images/1_a.png`],
    ['that of a machine only the gateway knows', () => 'https://gateway.invalid:8800/ui/images/1_a.png'],
  ])('is fetched at once when its address is %s, from where the request went', async (_kind, url) => {
    const made = await generate(keeping(url), null);
    expect(made.images.map(({ data }) => data)).toEqual([DATA]);
    expect(made.notes.join()).toContain('15 min');
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/images/generations',
      'GET /ui/images/1_a.png',
    ]);
  });

  it.each([401, 403, 404])('is not handed out to a token: status %i is said so', async (status) => {
    const error = await problem(
      generate(
        keeping(() => '/ui/images/1_a.png', status),
        null,
      ),
    );
    expect(error).toMatchObject({ code: 'image-not-returned', layer: 'gateway', facts: { status: String(status) } });
  });

  it('is none when a page, a torn answer or nothing comes with 200', async () => {
    for (const body of ['<!doctype html><title>Invoke</title>', '{"data":[{"b64_json":"iVBOR', '']) {
      const error = await problem(generate((_asked, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(body), PEER));
      expect(error, body).toMatchObject({ code: 'images-answer-unreadable' });
      http.close();
      server.close();
    }
    await generate((_asked, response) => answerJson(response, { data: [{ b64_json: 'AAAA' }] }), PEER);
  });

  it('is refused in the words of who refused it', async () => {
    const detail = { error: 'backend_overloaded', backend_class: 'gpu_heavy', route_kind: 'images', message: 'x' };
    const overloaded = await problem(generate((_asked, response) => answerJson(response, { detail }, 429), null));
    expect(overloaded).toMatchObject({ code: 'gateway-overloaded', layer: 'gateway' });
    http.close();
    server.close();
    const busy = await problem(
      generate((_asked, response) => answerJson(response, { error: { message: 'Too many requests at once.' } }, 429), PEER),
    );
    expect(busy).toMatchObject({ code: 'shim-refused', message: expect.stringContaining('Too many requests at once.') });
  });

  it('ends at once when it is cancelled, and the connection with it', async () => {
    const given = new AbortController();
    let isGone = false;
    const made = generate(
      (_asked, response) => {
        response.once('close', () => {
          isGone = true;
        });
        given.abort();
      },
      PEER,
      given.signal,
    );
    await expect(made).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => isGone).toBe(true);
  });
});
