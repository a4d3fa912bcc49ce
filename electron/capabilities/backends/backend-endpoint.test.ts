import { once } from 'node:events';
import { Agent } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../lab/base/certificate.ts';
import { BackendAddress } from '../../../shared/capabilities/settings/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { createBackendEndpoint, createEndpointClient, resolveEndpoint } from './backend-endpoint.ts';

const PEER = { code: 'invokeai', layer: 'backend', name: 'InvokeAI' } as const;
const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

const noTransport = {
  machine: () => null,
  tunnel: () => Promise.reject(new Error('no tunnel was wanted')),
  httpAgent: () => {
    throw new Error('no tunnel was wanted');
  },
};

describe('where a service of the host is asked', () => {
  it.each([
    ['http://127.0.0.1:9090', '127.0.0.1', 9090],
    ['http://gpu.example', 'gpu.example', 80],
    ['https://gpu.example/', 'gpu.example', 443],
    ['http://[fd00::2]:9091', 'fd00::2', 9091],
  ])('%s', (url, hostName, port) => {
    const address = BackendAddress.parse({ url, isThroughSsh: false });
    expect(resolveEndpoint(address, { peer: PEER, usualPort: 1, transport: noTransport })).toMatchObject({ hostName, port });
  });

  it.each(['ftp://a', 'http://', 'http://a/path', 'http://user:secret@a', '127.0.0.1:9090', 'http://a:123456'])(
    '%s is no address',
    (url) => {
      expect(BackendAddress.safeParse({ url, isThroughSsh: true }).success).toBe(false);
    },
  );

  it.each([false, true])('nothing is asked of a certificate that nobody vouches for (through SSH: %s)', async (isThroughSsh) => {
    const { certificate, privateKey } = await makeCertificate({ commonName: 'gpu', names: ['127.0.0.1'], days: 30 });
    let requests = 0;
    const server = createServer({ cert: certificate, key: privateKey }, (_, response) => {
      requests += 1;
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    toClose.push(() => server.close());
    let tunnels = 0;
    const tunnel = async (hostName: string, port: number): Promise<Duplex> => {
      tunnels += 1;
      return connect(port, hostName);
    };
    const address = { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, isThroughSsh };
    const endpoint = createBackendEndpoint({
      peer: PEER,
      address: () => address,
      usualPort: 9090,
      transport: { ...noTransport, tunnel },
    });
    const client = createEndpointClient(endpoint);
    toClose.push(() => client.close());
    const error = await client.json({ path: '/' }).then(() => null, toPanelError);
    expect(error).toMatchObject({ code: 'invokeai-certificate-unknown', layer: 'backend', hint: expect.stringContaining('via SSH') });
    expect([requests, tunnels]).toEqual([0, isThroughSsh ? 1 : 0]);
  });
});

describe('the identity of an address', () => {
  it.each([
    ['the usual one', null],
    ['one through SSH', { url: 'http://127.0.0.1:9191', isThroughSsh: true }],
  ])('%s is another one on another machine, and whoever talks to it moves', (_, address) => {
    let machine: string | null = null;
    const transport = { ...noTransport, httpAgent: () => new Agent(), machine: () => machine };
    const endpoint = createBackendEndpoint({ peer: PEER, address: () => address, usualPort: 9090, transport });
    let moves = 0;
    endpoint.onChange(() => {
      moves += 1;
    });
    machine = 'ada2:22 SHA256:a';
    endpoint.refresh();
    const first = endpoint.identity();
    // The first sign-in is no move.
    expect(moves).toBe(0);
    machine = 'ada2:22 SHA256:b';
    endpoint.refresh();
    expect([moves, endpoint.identity() === first]).toEqual([1, false]);
    machine = 'ada2:22 SHA256:a';
    endpoint.refresh();
    expect([moves, endpoint.identity() === first]).toEqual([2, true]);
  });

  it('a direct one is the same whatever SSH host is shown, and another one through SSH', () => {
    let machine = 'a';
    let isThroughSsh = false;
    const transport = { ...noTransport, httpAgent: () => new Agent(), machine: () => machine };
    const address = () => ({ url: 'http://10.0.0.7:9090', isThroughSsh });
    const endpoint = createBackendEndpoint({ peer: PEER, address, usualPort: 9090, transport });
    const direct = endpoint.identity();
    machine = 'b';
    expect(endpoint.identity()).toBe(direct);
    isThroughSsh = true;
    expect(endpoint.identity()).not.toBe(direct);
  });
});
