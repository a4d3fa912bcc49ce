import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { Agent } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type KeyedCertificate, makeCertificate } from '../../../lab/base/certificate.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { createJsonClient } from '../../capabilities/backends/json-client.ts';
import { hasSshd, panel, startSshd, type TestPanel, type TestSshd } from '../../testing/test-sshd.ts';
import type { Trust } from './certificate-verdict.ts';
import type { Peer } from './client.ts';
import { GATEWAY_PEER, TrustedAgent } from './https.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PEERS: readonly Peer[] = [
  GATEWAY_PEER,
  { code: 'invokeai', layer: 'backend', name: 'InvokeAI' },
  { code: 'comfyui', layer: 'backend', name: 'ComfyUI' },
];
let authority: KeyedCertificate;
let trust: Trust;
const servers: Server[] = [];

beforeAll(async () => {
  authority = await makeCertificate({ commonName: 'Home CA', names: [], days: 30, isAuthority: true });
  trust = { kind: 'authority', pem: authority.certificate };
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A TLS server whose certificate is for `names`; `heard` holds the Host header of each request, `requested` the SNI of each handshake. */
async function serve(names: readonly string[], listenAt = '127.0.0.1') {
  const keyed = await makeCertificate({ commonName: 'other', names, days: 30, issuer: authority });
  const heard: string[] = [];
  const requested: (string | false | null)[] = [];
  const server = createServer({ cert: keyed.certificate, key: keyed.privateKey }, (request, response) => {
    heard.push(request.headers.host ?? '');
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  server.on('secureConnection', (socket) => requested.push('servername' in socket ? (socket.servername as string | false) : null));
  servers.push(server);
  server.listen(0, listenAt);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, heard, requested };
}

/** The code of what comes of a request, `none` where it was answered. */
async function outcome(o: {
  readonly hostName: string;
  readonly port: number;
  readonly through?: () => Promise<Duplex>;
  readonly peer?: Peer;
  readonly trusting?: Trust;
}): Promise<string> {
  const { hostName, port, through, peer = GATEWAY_PEER, trusting = trust } = o;
  const target = { peer, hostName, port, trust: trusting, timeoutMs: 60_000, ...(through === undefined ? {} : { through }) };
  const agent: Agent = new TrustedAgent(target);
  const client = createJsonClient({ peer, hostName, port, agent });
  try {
    await client.json({ path: '/', timeoutMs: 60_000 });
    return 'none';
  } catch (thrown) {
    return toPanelError(thrown).code;
  } finally {
    client.close();
  }
}

const to =
  (port: number, address = '127.0.0.1') =>
  async (): Promise<Duplex> => {
    const socket = connectTcp(port, address);
    await once(socket, 'connect');
    return socket;
  };

describe('a certificate is compared with the configured address, whatever the way', () => {
  const CASES: readonly (readonly [hostName: string, names: readonly string[], isGood: boolean, sni: string | false])[] = [
    ['ai2', ['ai2'], true, 'ai2'],
    ['ai2', ['localhost', '127.0.0.1'], false, 'ai2'],
    ['localhost', ['localhost'], true, 'localhost'],
    ['localhost', ['ai2'], false, 'localhost'],
    ['127.0.0.1', ['127.0.0.1'], true, false],
    ['127.0.0.1', ['localhost'], false, false],
    ['192.168.7.9', ['192.168.7.9'], true, false],
    ['192.168.7.9', ['192.168.7.8', 'localhost'], false, false],
    ['::1', ['::1'], true, false],
    ['fd00::2', ['fd00:0:0:0:0:0:0:2'], true, false],
    ['fd00::2', ['fd00::3', 'localhost'], false, false],
    ['gw.home.example', ['*.home.example'], true, 'gw.home.example'],
    ['a.gw.home.example', ['*.home.example'], false, 'a.gw.home.example'],
    ['home.example', ['*.home.example'], false, 'home.example'],
    ['GW.example', ['gw.example'], true, 'GW.example'],
    ['gw.example.', ['gw.example'], true, 'gw.example'],
    // A certificate names an address as an address: as a DNS name it does not count.
    ['10.0.0.5', ['*.0.0.5'], false, false],
  ];

  it.each(CASES)('%s with a certificate for %j, through a given stream: %s', async (hostName, names, isGood, sni) => {
    const { port, heard, requested } = await serve(names);
    for (const peer of PEERS) {
      const code = await outcome({ hostName, port: 443, through: to(port), peer });
      expect(code).toBe(isGood ? 'none' : `${peer.code}-certificate-name-mismatch`);
    }
    // A server hears of a handshake only when it was gone through with.
    expect(requested).toEqual(isGood ? PEERS.map(() => sni) : []);
    // The port that goes without saying is left out of Host.
    expect(heard).toEqual(isGood ? PEERS.map(() => (hostName.includes(':') ? `[${hostName}]` : hostName)) : []);
  });

  it.each([
    ['localhost', ['localhost'], 'none', '127.0.0.1'],
    ['localhost', ['ai2'], 'gateway-certificate-name-mismatch', '127.0.0.1'],
    ['127.0.0.1', ['127.0.0.1'], 'none', '127.0.0.1'],
    ['127.0.0.1', ['localhost'], 'gateway-certificate-name-mismatch', '127.0.0.1'],
    ['::1', ['::1'], 'none', '::1'],
    ['::1', ['localhost', '127.0.0.1'], 'gateway-certificate-name-mismatch', '::1'],
  ])('%s with a certificate for %j, directly: %s', async (hostName, names, code, listenAt) => {
    const { port, heard } = await serve(names, listenAt);
    expect(await outcome({ hostName, port })).toBe(code);
    expect(heard).toHaveLength(code === 'none' ? 1 : 0);
  });

  it('a pinned certificate counts under any name, and an authority nobody trusts under none', async () => {
    const { port } = await serve(['localhost']);
    expect(await outcome({ hostName: 'localhost', port, trusting: { kind: 'system' } })).toBe('gateway-certificate-unknown');
    expect(await outcome({ hostName: 'ai2', port, through: to(port), trusting: { kind: 'system' } })).toBe('gateway-certificate-unknown');
  });

  it('a server that wants a certificate of its client is named as such', async () => {
    const keyed = await makeCertificate({ commonName: 'ai2', names: ['ai2'], days: 30, issuer: authority });
    const answers = {
      'TLSv1.2': 'gateway-handshake-refused',
      'TLSv1.3': 'gateway-client-certificate-required',
    } as const;
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const own = { cert: keyed.certificate, key: keyed.privateKey, ca: authority.certificate };
      const server = createServer({ ...own, requestCert: true, rejectUnauthorized: true, maxVersion }, (_, response) => response.end('{}'));
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      for (const through of [undefined, to(port)]) {
        const trusting: Trust = { kind: 'pinned', sha256: new X509Certificate(keyed.certificate).fingerprint256 };
        const rest = through === undefined ? {} : { through };
        expect(await outcome({ hostName: '127.0.0.1', port, trusting, ...rest })).toBe(answers[maxVersion]);
      }
    }
  });
});

describe.skipIf(!hasSshd)('through a real SSH server', () => {
  let sshd: TestSshd;
  let host: TestPanel;
  beforeAll(async () => {
    sshd = await startSshd();
    host = panel(sshd);
    host.connection.connect();
    await host.reach('online');
  });
  afterAll(async () => {
    host.connection.dispose();
    await sshd.stop();
  });

  it.each([
    ['127.0.0.1', ['127.0.0.1'], 'none'],
    ['127.0.0.1', ['localhost'], 'gateway-certificate-name-mismatch'],
    ['localhost', ['localhost'], 'none'],
    ['localhost', ['127.0.0.1', 'ai2'], 'gateway-certificate-name-mismatch'],
  ])('%s with a certificate for %j: %s', async (hostName, names, code) => {
    const { port, heard } = await serve(names);
    expect(await outcome({ hostName, port, through: () => host.connection.tunnel(hostName, port) })).toBe(code);
    expect(heard).toHaveLength(code === 'none' ? 1 : 0);
  });
});

describe('an imported authority', () => {
  const serveSignedBy = async (issuer: KeyedCertificate) => {
    const leaf = await makeCertificate({ commonName: 'ai2', names: ['ai2'], days: 30, issuer });
    const server = createServer({ cert: `${leaf.certificate}\n${issuer.certificate}`, key: leaf.privateKey }, (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, leaf };
  };

  it('may be signed by another one, and may be the certificate itself; the name counts all the same', async () => {
    const between = () => makeCertificate({ commonName: 'Between', names: [], days: 30, isAuthority: true, issuer: authority });
    const issuer = await between();
    const { port, leaf } = await serveSignedBy(issuer);
    const through = to(port);
    for (const { certificate } of [issuer, leaf])
      expect(await outcome({ hostName: 'ai2', port, through, trusting: { kind: 'authority', pem: certificate } })).toBe('none');
    const trusting = { kind: 'authority', pem: issuer.certificate } as const;
    expect(await outcome({ hostName: 'ai3', port, through, trusting })).toBe('gateway-certificate-name-mismatch');
    const other = { kind: 'authority', pem: (await between()).certificate } as const;
    expect(await outcome({ hostName: 'ai2', port, through, trusting: other })).toBe('gateway-certificate-unknown');
  });
});
