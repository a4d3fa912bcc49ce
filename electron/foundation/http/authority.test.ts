import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type KeyedCertificate, makeCertificate } from '../../../lab/base/certificate.ts';
import { GatewayTrust } from '../../../shared/capabilities/gateway/contract.ts';
import { PanelException } from '../../../shared/errors.ts';
import { readAuthority, trustToShow } from './authority.ts';

let first: KeyedCertificate;
let second: KeyedCertificate;
beforeAll(async () => {
  [first, second] = await Promise.all([
    makeCertificate({ commonName: 'Home CA', names: [], days: 30, isAuthority: true }),
    makeCertificate({ commonName: 'Other CA', names: [], days: 30, isAuthority: true }),
  ]);
});

function refusal(text: string): string | null {
  try {
    readAuthority(text);
  } catch (thrown) {
    if (thrown instanceof PanelException) return thrown.panelError.code;
    throw thrown;
  }
  return null;
}

describe('the file of an authority', () => {
  it('is taken for its certificates alone: no key and no words beside them are kept', () => {
    const { pem, first: shown } = readAuthority(
      `Bag Attributes\r\n${first.privateKey}\n${first.certificate}\nnotes: secret\n${second.certificate}`,
    );
    expect(pem).toBe(`${first.certificate.trim()}\n${second.certificate.trim()}\n`);
    expect(shown.subject).toContain('Home CA');
    expect(readAuthority(pem).pem).toBe(pem);
  });

  it('is refused when it holds none, or one that is broken, also beside a good one', () => {
    expect(refusal('')).toBe('gateway-authority-unreadable');
    expect(refusal(first.privateKey)).toBe('gateway-authority-unreadable');
    const broken = first.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
    expect(broken).not.toBe(first.certificate);
    expect(refusal(broken)).toBe('gateway-authority-unreadable');
    expect(refusal(`${second.certificate}\n${broken}`)).toBe('gateway-authority-unreadable');
    expect(refusal(first.certificate.replace('-----END', '-----'))).toBe('gateway-authority-unreadable');
  });

  it('is refused in words, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(refusal(`-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`)).toBe('gateway-authority-unreadable');
      }),
    );
  });
});

describe('what the window is told of the trust', () => {
  it('is what the operator can compare, and not the file itself', () => {
    const shown = GatewayTrust.parse(trustToShow({ kind: 'authority', pem: first.certificate }));
    expect(shown).toMatchObject({ kind: 'authority', subject: expect.stringContaining('Home CA') });
    expect(JSON.stringify(shown)).not.toContain('BEGIN');
    const sha256 = Array(32).fill('AB').join(':');
    expect(trustToShow({ kind: 'pinned', sha256 })).toEqual({ kind: 'pinned', sha256 });
    expect(trustToShow({ kind: 'system' })).toEqual({ kind: 'system' });
  });
});
