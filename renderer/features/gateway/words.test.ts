import { describe, expect, it } from 'vitest';
import type { HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import { healthInWords, inOrder, skewInWords, slotsInWords } from './words.ts';

const NOW = 1_800_000_000_000;
const row: HealthRow = { name: 'gpu_heavy', isHealthy: true, isReady: true, checkedAt: NOW - 20_000, error: null };
const slots = { backendClass: 'a', routeKind: 'chat', limit: 4, available: 4, inflight: 0 };

describe('healthInWords', () => {
  it('says what the two flags mean together', () => {
    const tone = (over: Partial<HealthRow>) => healthInWords({ ...row, ...over }, NOW).tone;
    expect(tone({})).toBe('good');
    expect(tone({ isReady: false })).toBe('bad');
    expect(tone({ isHealthy: false, isReady: false, error: 'ConnectError' })).toBe('bad');
    expect(tone({ isHealthy: false, isReady: false, error: 'base_url not configured' })).toBe('off');
    expect(tone({ isHealthy: null, isReady: null })).toBe('unknown');
    expect(tone({ isReady: null })).toBe('unknown');
    expect(healthInWords({ ...row, isReady: false }, NOW).said).toContain('nginx');
  });

  it('calls a check old that was not repeated, and not before', () => {
    expect(healthInWords(row, NOW + 60_000).tone).toBe('good');
    const old = healthInWords(row, NOW + 80_000);
    expect(old.tone).toBe('stale');
    expect(old.word).toContain('Ready, as of');
  });
});

describe('the other words', () => {
  it('shows what is not reported as not reported', () => {
    expect(slotsInWords(slots)).toBe('0 of 4');
    expect(slotsInWords({ ...slots, inflight: null })).toBe('? of 4');
    expect(slotsInWords({ ...slots, inflight: null, limit: null })).toBe('not reported');
  });

  it('names a clock that is off by more than can be measured', () => {
    expect(skewInWords(null)).toBeNull();
    expect(skewInWords(-1_200)).toBeNull();
    expect(skewInWords(-65_000)).toBe('its clock is 1 min behind');
    expect(skewInWords(5_000)).toBe('its clock is 5 s ahead');
  });

  it('puts the slots for pictures first', () => {
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
