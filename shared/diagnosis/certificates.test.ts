import { describe, expect, it } from 'vitest';
import type { SeenCertificate } from '../capabilities/gateway/contract.ts';
import { certificateProblems, describeCertificate, describeDaysLeft } from './certificates.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const certificate = (days: number | null, over: Partial<SeenCertificate> = {}): SeenCertificate => ({
  kind: 'gateway',
  place: 'https://ai2:8800',
  subject: 'ai2',
  issuer: 'CA',
  names: 'ai2',
  endsAt: days === null ? null : NOW + days * DAY,
  isPlain: false,
  problem: null,
  ...over,
});
const severity = (one: SeenCertificate) => describeCertificate(one, NOW).severity;

describe('certificates', () => {
  it('are good for three weeks or more, then a warning, then critical', () => {
    expect([21, 20, 0, -1].map((days) => severity(certificate(days)))).toEqual(['ok', 'warning', 'warning', 'critical']);
    expect(severity(certificate(null))).toBe('unknown');
    expect(severity(certificate(null, { isPlain: true }))).toBe('off');
    expect(severity(certificate(100, { problem: 'not trusted' }))).toBe('warning');
  });

  it('say how long they are valid', () => {
    expect([729, 1, -3].map((days) => describeDaysLeft(certificate(days), NOW))).toEqual([
      '729 days left',
      '1 day left',
      'expired 3 days ago',
    ]);
    expect(describeDaysLeft(certificate(null, { isPlain: true }), NOW)).toBe('plain http');
  });

  it('that end soon are problems with a remedy', () => {
    const found = certificateProblems([certificate(9), certificate(300), certificate(-2, { kind: 'nginx' })], NOW);
    expect(found.map(({ severity: is, error }) => [is, error.message, error.hint])).toEqual([
      ['warning', 'The certificate of the gateway expires in 9 days.', 'Renew it on the gateway, then restart the gateway.'],
      ['critical', 'The certificate of nginx has expired.', 'Renew it on the host, then reload nginx.'],
    ]);
  });
});
