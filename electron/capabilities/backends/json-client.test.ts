import { Agent, type ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { answerJson, startTryServer, type TryServer } from '../../../lab/testing/server.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { type BackendRequest, createJsonClient, type JsonClient, messageOf } from './json-client.ts';

const PEER = { code: 'invokeai', layer: 'backend', name: 'InvokeAI' } as const;
const PAGE = '<!doctype html><html><head><title>Invoke - Community Edition</title></head></html>';
let server: TryServer;
let client: JsonClient;
afterEach(() => {
  client.close();
  server.close();
});

async function serve(answer: (response: ServerResponse) => void): Promise<JsonClient> {
  server = await startTryServer((_asked, response) => answer(response));
  client = createJsonClient({ peer: PEER, port: server.port, agent: new Agent({ keepAlive: true }) });
  return client;
}

const plain = (status: number, type: string, body: string) =>
  serve((response) => response.writeHead(status, { 'content-type': type }).end(body));

async function problem(request: BackendRequest = { path: '/api/v1/app/version' }): Promise<PanelError> {
  const error = await client.json(request).then(() => null, toPanelError);
  if (error === null) throw new Error('it was taken');
  return error;
}

describe('what is taken', () => {
  it('is the JSON of a success, also one without a body', async () => {
    await serve((response) => answerJson(response, { version: '6.14.0' }, 201));
    expect(await client.json({ path: '/' })).toEqual({ version: '6.14.0' });
    server.close();
    await serve((response) => response.writeHead(204).end());
    expect(await client.json({ method: 'DELETE', path: '/api/v2/models/i/a' })).toBeNull();
    server.close();
    await plain(200, 'application/json', '"valid"');
    expect(await client.json({ path: '/api/v2/models/hf_login' })).toBe('valid');
  });

  it('was asked with a body as JSON where there is one, and without a word of it where there is none', async () => {
    await serve((response) => answerJson(response, null));
    await client.json({ method: 'POST', path: '/a?b=c', body: { text: 'ä 🍎' } });
    await client.json({ method: 'PUT', path: '/d' });
    expect(server.requests).toEqual([
      { method: 'POST', path: '/a?b=c', contentType: 'application/json', text: '{"text":"ä 🍎"}' },
      { method: 'PUT', path: '/d', contentType: null, text: '' },
    ]);
  });
});

describe('what is refused', () => {
  it('is a page with 200, which newer versions answer every unknown path with; and its query is not repeated', async () => {
    await plain(200, 'text/html; charset=utf-8', PAGE);
    const error = await problem({ method: 'POST', path: '/api/v2/models/install?source=a&access_token=hf_secret', body: {} });
    expect(error).toMatchObject({ code: 'invokeai-no-such-path', layer: 'backend', retryable: false });
    expect(error.message).toContain('/api/v2/models/install:');
    expect(JSON.stringify(error)).not.toContain('hf_secret');
  });

  it.each(['', '{"version": "6.1', 'OK', '<html>'])('is a success that reads %j', async (body) => {
    await plain(200, 'application/json', body);
    expect(await problem()).toMatchObject({ code: 'invokeai-garbled', retryable: true });
  });

  it.each([
    [404, '{"detail":"Not Found"}', 'InvokeAI refused /api/v1/app/version with status 404: Not Found.', false],
    [500, 'Internal Server Error', 'InvokeAI refused /api/v1/app/version with status 500: Internal Server Error.', true],
    [
      502,
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'InvokeAI refused /api/v1/app/version with status 502: 502 Bad Gateway.',
      true,
    ],
    [409, '', 'InvokeAI refused /api/v1/app/version with status 409.', false],
    [429, '{"error":{"message":"Too busy!","type":"x"}}', 'InvokeAI refused /api/v1/app/version with status 429: Too busy!', true],
    [302, '', 'InvokeAI refused /api/v1/app/version with status 302.', false],
    [
      422,
      '{"detail":[{"loc":["body","batch","runs"],"msg":"Field required","type":"missing"},{"loc":["query","source"],"msg":"Too long"},7]}',
      'InvokeAI refused /api/v1/app/version with status 422: batch.runs Field required; source Too long.',
      false,
    ],
  ])('is status %i', async (status, body, message, retryable) => {
    await plain(status, body.startsWith('<') ? 'text/html' : 'application/json', body);
    expect(await problem({ path: '/api/v1/app/version?token=t0psecret' })).toMatchObject({
      code: 'invokeai-refused',
      message,
      retryable,
      facts: { status: String(status) },
      detail: `HTTP ${status}\n${body}`,
    });
  });

  it('says no token that is repeated in the refusal', async () => {
    await plain(
      422,
      'application/json',
      '{"detail":[{"loc":["body","x"],"msg":"no","input":{"token":"hf_\\"secret","access_token": "secret"}}]}',
    );
    const { detail } = await problem();
    expect(detail).toContain('"token":"…"');
    expect(detail).not.toContain('secret');
  });

  it('is an answer that is too large, breaks off, drips, or was given up', async () => {
    await serve((response) => response.end('x'.repeat(5_000)));
    expect(await problem({ path: '/', maxBytes: 1_000 })).toMatchObject({ code: 'invokeai-reply-too-large' });
    server.close();
    await serve((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    });
    expect(await problem()).toMatchObject({ code: 'invokeai-broke-off', layer: 'network', retryable: true });
    server.close();
    await serve((response) => response.write('{'));
    expect(await problem({ path: '/', timeoutMs: 100 })).toMatchObject({ code: 'invokeai-slow', retryable: true });
    const given = new AbortController();
    const requested = client.json({ path: '/', signal: given.signal });
    given.abort();
    await expect(requested).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is a port where nobody listens', async () => {
    await serve((response) => response.end());
    server.close();
    expect(await problem()).toMatchObject({ code: 'invokeai-broke-off', layer: 'network' });
  });
});

it('the words of an error body are short, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.record({ detail: fc.jsonValue() }).map((body) => JSON.stringify(body)),
      ),
      (body) => {
        expect(messageOf(body).length).toBeLessThanOrEqual(Math.max(600, 200));
      },
    ),
  );
  expect(messageOf(JSON.stringify({ detail: 'x'.repeat(5_000) }))).toHaveLength(600);
});
