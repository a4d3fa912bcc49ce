import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createSecureContext, createServer, rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../lab/base/certificate.ts';
import { readSystemAuthorities } from './system-authorities.ts';

let folder: string;
const pems: string[] = [];
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ada-authorities-'));
  for (const commonName of ['Company', 'Extra', 'Keychain']) {
    pems.push((await makeCertificate({ commonName, names: [], days: 30, isAuthority: true })).certificate);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const none = (): readonly string[] => [];

describe("the operating system's trusted authorities", () => {
  it('are its bundle where the runtime cannot read its store; the first bundle that is there', () => {
    const bundles = [
      join(folder, 'missing'),
      file('empty.crt', ''),
      file('bundle.crt', `# Company\n${pems[0]}`),
      file('later.crt', `${pems[1]}`),
    ];
    const found = readSystemAuthorities({ environment: {}, bundles, fromNode: none });
    expect(found).toEqual([pems[0]?.trim()]);
    expect(() => createSecureContext({ ca: [...found] })).not.toThrow();
  });

  it("are the runtime's reading of the store where there is one, with what the environment names", () => {
    const environment = { SSL_CERT_FILE: file('env.crt', `${pems[0]}`), NODE_EXTRA_CA_CERTS: file('extra.crt', `${pems[1]}`) };
    const found = readSystemAuthorities({ environment, bundles: [], fromNode: () => [`${pems[2]}`] });
    expect(found.map((pem) => pem.trim())).toEqual([pems[2], pems[0], pems[1]].map((pem) => pem?.trim()));
  });

  it("are Node's own list where nothing can be read, and a missing file takes nothing away", () => {
    const environment = { SSL_CERT_FILE: join(folder, 'missing'), NODE_EXTRA_CA_CERTS: file('extra.crt', `${pems[1]}`) };
    const found = readSystemAuthorities({ environment, bundles: [], fromNode: none });
    expect(found).toHaveLength(rootCertificates.length + 1);
    expect(found).toContain(pems[1]?.trim());
  });

  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  it.each([
    ['a broken certificate before', (good: string) => `${broken}${good}`],
    ['a broken certificate behind', (good: string) => `${good}${broken}`],
    ['a torn end', (good: string) => `${good}-----BEGIN CERTIFICATE-----\nMII`],
    ['a private key', (good: string) => `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${good}`],
    ['OpenSSL’s own label', (good: string) => good.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')],
  ])('count also beside what cannot be read: %s', async (_what, bundleWith) => {
    const authority = await makeCertificate({ commonName: 'Company', names: [], days: 30, isAuthority: true });
    const own = await makeCertificate({ commonName: 'gateway', names: ['localhost'], days: 30, issuer: authority });
    const bundles = [file('mixed.crt', bundleWith(authority.certificate))];
    const ca = [...readSystemAuthorities({ environment: {}, bundles, fromNode: none })];
    const server = createServer({ cert: own.certificate, key: own.privateKey }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', secureContext: createSecureContext({ ca }) });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
    server.close();
  });
});
