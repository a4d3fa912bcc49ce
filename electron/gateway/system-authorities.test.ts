import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../lab/certificate.ts';
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
    expect(found).toEqual([`# Company\n${pems[0]}`]);
    expect(() => createSecureContext({ ca: [...found] })).not.toThrow();
  });

  it("are the runtime's reading of the store where there is one, with what the environment names", () => {
    const environment = { SSL_CERT_FILE: file('env.crt', `${pems[0]}`), NODE_EXTRA_CA_CERTS: file('extra.crt', `${pems[1]}`) };
    const found = readSystemAuthorities({ environment, bundles: [], fromNode: () => [`${pems[2]}`] });
    expect(found).toEqual([pems[2], pems[0], pems[1]]);
  });

  it("are Node's own list where nothing can be read, and a missing file takes nothing away", () => {
    const environment = { SSL_CERT_FILE: join(folder, 'missing'), NODE_EXTRA_CA_CERTS: file('extra.crt', `${pems[1]}`) };
    const found = readSystemAuthorities({ environment, bundles: [], fromNode: none });
    expect(found).toHaveLength(rootCertificates.length + 1);
    expect(found).toContain(pems[1]);
  });
});
