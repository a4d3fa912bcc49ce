import { describe, expect, it } from 'vitest';
import type { HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import { inOrder } from './admission-rows.ts';
import { describeUnreadCertificates } from './history-text.ts';
import { describeExpected, describeHealth, describeSkew, describeSlots } from './text.ts';

const NOW = 1_800_000_000_000;
const row: HealthRow = { name: 'gpu_heavy', isHealthy: true, isReady: true, checkedAt: NOW - 20_000, error: null, since: null };
const slots = { backendClass: 'a', routeKind: 'chat', limit: 4, available: 4, inflight: 0 };

describe('describeHealth', () => {
  it('reads both flags together', () => {
    const tone = (over: Partial<HealthRow>) => describeHealth({ ...row, ...over }, 'gpu_heavy', NOW).tone;
    expect(tone({})).toBe('good');
    expect(tone({ isReady: false })).toBe('bad');
    // Images do not go to it.
    expect(tone({ name: 'ollama', isReady: false })).toBe('warning');
    expect(tone({ isHealthy: false, isReady: false, error: 'ConnectError' })).toBe('bad');
    expect(tone({ isHealthy: false, isReady: false, error: 'base_url not configured' })).toBe('off');
    expect(tone({ isHealthy: null, isReady: null })).toBe('unknown');
    expect(tone({ isReady: null })).toBe('unknown');
    expect(describeHealth({ ...row, isReady: false }, 'gpu_heavy', NOW).detail).toContain('nginx');
  });

  it('marks a check that was not repeated as stale', () => {
    expect(describeHealth(row, 'gpu_heavy', NOW + 60_000).tone).toBe('good');
    const old = describeHealth(row, 'gpu_heavy', NOW + 80_000);
    expect(old.tone).toBe('stale');
    expect(old.word).toContain('Ready, as of');
  });
});

describe('slots and clock', () => {
  it('shows what is not reported as not reported', () => {
    expect(describeSlots(slots)).toBe('0 of 4');
    expect(describeSlots({ ...slots, inflight: null })).toBe('? of 4');
    expect(describeSlots({ ...slots, inflight: null, limit: null })).toBe('not reported');
  });

  it('shows a clock difference beyond the precision of the measurement', () => {
    expect(describeSkew(null)).toBeNull();
    expect(describeSkew(-1_200)).toBeNull();
    expect(describeSkew(-65_000)).toBe('clock 1 min behind');
    expect(describeSkew(5_000)).toBe('clock 5 s ahead');
  });

  it('names the expected result of an overload test', () => {
    expect(describeExpected({ requests: 3, free: 2, limit: 2 })).toBe('Expected: 2 accepted, 1 rejected (429), with 2 of 2 slots free.');
    expect(describeExpected({ requests: 3, free: null, limit: 2 })).toContain('unknown');
  });

  it('names the certificates that were not read, and none of a server without TLS', () => {
    const seen = { kind: 'gateway', place: 'x', isPlain: false, subject: '', issuer: '', names: '', endsAt: NOW, problem: null } as const;
    expect(describeUnreadCertificates(null)).toBe('Certificates not read yet');
    expect(describeUnreadCertificates([seen, { ...seen, kind: 'nginx', endsAt: null, isPlain: true }])).toBeNull();
    const unread = { ...seen, kind: 'nginx', endsAt: null, problem: 'ada2:7860 did not respond within 8 s.' } as const;
    expect(describeUnreadCertificates([seen, unread])).toBe('Certificate not read: nginx');
  });

  it('puts the slots for images first', () => {
    const rows = [
      slots,
      { ...slots, backendClass: 'gpu_fast', routeKind: 'images' },
      { ...slots, backendClass: 'gpu_heavy', routeKind: 'images' },
    ];
    expect(inOrder(rows, 'gpu_heavy').map((known) => known.backendClass)).toEqual(['gpu_heavy', 'gpu_fast', 'a']);
    expect(inOrder(rows, 'gpu_fast').map((known) => known.backendClass)).toEqual(['gpu_fast', 'gpu_heavy', 'a']);
    expect(inOrder(rows, undefined).map((known) => known.backendClass)).toEqual(['gpu_fast', 'gpu_heavy', 'a']);
  });
});
