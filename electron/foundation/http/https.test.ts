import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type KeyedCertificate, makeCertificate } from '../../../lab/base/certificate.ts';
import { type PanelError, PanelException } from '../../../shared/errors.ts';
import type { Trust } from './certificate-verdict.ts';
import type { HttpClient } from './client.ts';
import { createTrustedClient } from './https.ts';
import type { TlsTarget } from './trust.ts';

const TOKEN = 'top-secret-token';
let authority: KeyedCertificate;
let signed: KeyedCertificate;
let self: KeyedCertificate;
const toClose: (() => void)[] = [];

beforeAll(async () => {
  authority = await makeCertificate({ commonName: 'Home CA', names: [], days: 30, isAuthority: true });
  [signed, self] = await Promise.all([
    makeCertificate({ commonName: 'ai2', names: ['localhost'], days: 30, issuer: authority }),
    makeCertificate({ commonName: 'gateway', names: ['localhost', '127.0.0.1'], days: 30 }),
  ]);
});
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

async function listen(server: Server | TcpServer | ReturnType<typeof createPlainServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  toClose.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A gateway with this certificate; `heard` counts what reached it. */
async function gateway(keyed: KeyedCertificate, answer: RequestListener = (_request, response) => response.end('{}')) {
  const heard = { bytes: 0, requests: 0, handshakes: 0 };
  const server = createServer({ cert: keyed.certificate, key: keyed.privateKey }, (request: IncomingMessage, response: ServerResponse) => {
    heard.requests += 1;
    answer(request, response);
  });
  server.on('secureConnection', (socket) => {
    heard.handshakes += 1;
    socket.on('data', (data: Buffer) => {
      heard.bytes += data.length;
    });
  });
  return { port: await listen(server), heard };
}

function client(port: number, trust: Trust, rest: Partial<TlsTarget> = {}): HttpClient {
  const made = createTrustedClient({ hostName: '127.0.0.1', port, trust, timeoutMs: 2_000, ...rest });
  toClose.push(made.close);
  return made;
}

const request = (one: HttpClient, rest: { readonly timeoutMs?: number; readonly maxBytes?: number } = {}) =>
  one.request({ path: '/v1/gateway/status', headers: { authorization: `Bearer ${TOKEN}` }, timeoutMs: 2_000, maxBytes: 65_536, ...rest });

async function problemOf(reply: Promise<unknown>): Promise<PanelError> {
  const thrown = await reply.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof PanelException)) throw new Error(`no PanelException: ${String(thrown)}`);
  return thrown.panelError;
}

describe('a gateway behind TLS', () => {
  it('is told nothing while its certificate is unknown, and the operator is shown what it shows', async () => {
    const { port, heard } = await gateway(self);
    const problem = await problemOf(request(client(port, { kind: 'system' })));
    expect(problem).toMatchObject({
      code: 'gateway-certificate-unknown',
      facts: { subject: 'gateway', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(problem.facts?.['sha256']).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(Date.parse(problem.facts?.['validTo'] ?? '')).toBeGreaterThan(Date.now());
    expect(heard).toMatchObject({ bytes: 0, requests: 0 });
  });

  it('is spoken to once its certificate was accepted, and no more when it shows another', async () => {
    const first = await gateway(self);
    const sha256 = (await problemOf(request(client(first.port, { kind: 'system' })))).facts?.['sha256'] ?? '';
    expect(await request(client(first.port, { kind: 'pinned', sha256 }))).toMatchObject({ status: 200, body: '{}' });

    const other = await gateway(signed);
    const changed = await problemOf(request(client(other.port, { kind: 'pinned', sha256 })));
    expect(changed).toMatchObject({ code: 'gateway-certificate-changed', retryable: false, facts: { knownSha256: sha256 } });
    expect(changed.facts?.['shownSha256']).not.toBe(sha256);
    expect(other.heard).toMatchObject({ bytes: 0, requests: 0 });
  });

  it('is trusted through an imported authority, under its own name and while it is valid only', async () => {
    const trust: Trust = { kind: 'authority', pem: authority.certificate };
    const { port } = await gateway(signed);
    expect((await request(client(port, trust, { hostName: 'localhost' }))).status).toBe(200);
    expect(await problemOf(request(client(port, trust)))).toMatchObject({
      code: 'gateway-certificate-name-mismatch',
      message: "The gateway's certificate is not valid for 127.0.0.1, but for localhost.",
      facts: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    const old = await gateway(await makeCertificate({ commonName: 'ai2', names: ['localhost'], days: -1, issuer: authority }));
    expect(await problemOf(request(client(old.port, trust, { hostName: 'localhost' })))).toMatchObject({
      code: 'gateway-certificate-not-valid-today',
      message: expect.stringContaining('has expired'),
      facts: { reason: 'CERT_HAS_EXPIRED' },
    });
  });

  it('is reached through a connection that leads there already', async () => {
    const { port } = await gateway(signed);
    const through = async () => {
      const socket = connectTcp(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    };
    const reply = request(client(1, { kind: 'authority', pem: authority.certificate }, { hostName: 'localhost', through }));
    expect((await reply).status).toBe(200);
  });

  it('is asked again over the same connection', async () => {
    const { port, heard } = await gateway(signed);
    const one = client(port, { kind: 'authority', pem: authority.certificate }, { hostName: 'localhost' });
    for (let n = 0; n < 5; n += 1) await request(one);
    expect(heard).toMatchObject({ requests: 5, handshakes: 1 });
  });
});

describe('what is no gateway, or a broken one', () => {
  it('names a server without TLS, a closed port and a silent one', async () => {
    const plain = await listen(createPlainServer((_request, response) => response.end()));
    expect((await problemOf(request(client(plain, { kind: 'system' })))).code).toBe('gateway-no-tls');
    const closed = createTcpServer();
    const port = await listen(closed);
    closed.close();
    expect(await problemOf(request(client(port, { kind: 'system' })))).toMatchObject({
      code: 'gateway-unreachable',
      layer: 'network',
      retryable: true,
    });
    const silent = await listen(createTcpServer(() => {}));
    expect((await problemOf(request(client(silent, { kind: 'system' }, { timeoutMs: 100 })))).code).toBe('gateway-silent');
  });

  it('gives up on an answer that drips, is too large, or breaks off', async () => {
    const trust: Trust = { kind: 'authority', pem: authority.certificate };
    const answers: Readonly<Record<string, RequestListener>> = {
      'gateway-slow': (_request, response) => response.write('{'),
      'gateway-reply-too-large': (_request, response) => response.end('x'.repeat(100_000)),
      'gateway-broke-off': (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
    };
    for (const [code, answer] of Object.entries(answers)) {
      const { port } = await gateway(signed, answer);
      const reply = request(client(port, trust, { hostName: 'localhost' }), { timeoutMs: 300, maxBytes: 50_000 });
      expect((await problemOf(reply)).code).toBe(code);
    }
  });
});
