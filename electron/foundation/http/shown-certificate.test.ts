import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../lab/base/certificate.ts';
import { toPanelError } from '../../../shared/errors.ts';
import type { Peer } from './client.ts';
import { readShownCertificate } from './shown-certificate.ts';
import { handshakeError } from './trust.ts';

const PEER: Peer = { code: 'nginx', layer: 'backend', name: 'nginx' };
/** TLS alert 80: internal_error. */
const ALERT = Buffer.from([0x15, 3, 3, 0, 2, 2, 80]);

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** What is read of a server: the name in its certificate, null without TLS, or the code of an error. */
async function readOf(server: Server, timeoutMs = 20_000): Promise<string | null> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return await readShownCertificate(connect(port, '127.0.0.1'), { peer: PEER, hostName: 'lab', port, timeoutMs }).then(
    (shown) => shown?.subject ?? null,
    (thrown: unknown) => toPanelError(thrown).code,
  );
}
const answering = (answer: (socket: Socket) => void): Server =>
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });

describe('the certificate that a server presents', () => {
  it('is read whoever signed it', async () => {
    const { certificate, privateKey } = await makeCertificate({ commonName: 'some-host', names: ['some-host'], days: 30 });
    expect(await readOf(createTlsServer({ cert: certificate, key: privateKey }))).toContain('some-host');
  });

  it('is missing only where a server answers without TLS', async () => {
    expect(await readOf(answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')))).toBeNull();
  });

  it.each([
    '80AC62:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:350:',
    '2419:error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:../../third_party/boringssl/src/ssl/tls_record.cc:231:',
  ])('is missing by the words of each TLS library: %s', (message) => {
    expect(handshakeError(PEER, 'lab', 7860, new Error(message)).panelError.code).toBe('nginx-no-tls');
  });

  it.each([
    ['closes the connection', (socket: Socket) => socket.end(), 'nginx-unreachable'],
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy(), 'nginx-unreachable'],
    ['fails in the handshake', (socket: Socket) => socket.end(ALERT), 'nginx-unreachable'],
    ['does not respond', () => {}, 'nginx-silent'],
  ])('is an error of a server that %s', async (_what, answer, code) => {
    expect(await readOf(answering(answer), 1_000)).toBe(code);
  });
});
