import { describe, expect, it } from 'vitest';
import { looksAfterReturn, parseLooks } from './last-look.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;

describe('looksAfterReturn', () => {
  it('counts from the end of the look before an absence of two minutes or more', () => {
    const before = { sinceMs: NOW - 90 * MINUTE, lookedAtMs: NOW - 30 * MINUTE };
    expect(looksAfterReturn(before, NOW)).toEqual({ sinceMs: NOW - 30 * MINUTE, lookedAtMs: NOW });
  });

  it('keeps the news over a glance at another window', () => {
    const before = { sinceMs: NOW - 90 * MINUTE, lookedAtMs: NOW - MINUTE };
    expect(looksAfterReturn(before, NOW)).toEqual({ sinceMs: NOW - 90 * MINUTE, lookedAtMs: NOW });
  });

  it('has no news the first time, or after the clock was set back', () => {
    expect(looksAfterReturn(null, NOW)).toEqual({ sinceMs: NOW, lookedAtMs: NOW });
    expect(looksAfterReturn({ sinceMs: NOW, lookedAtMs: NOW + MINUTE }, NOW)).toEqual({ sinceMs: NOW, lookedAtMs: NOW });
  });
});

describe('parseLooks', () => {
  it('reads what was saved, and takes nothing else', () => {
    expect(parseLooks('{"sinceMs":1,"lookedAtMs":2}')).toEqual({ sinceMs: 1, lookedAtMs: 2 });
    for (const text of [null, '', 'null', '[]', '{"sinceMs":"1","lookedAtMs":2}', '{"sinceMs":1}']) expect(parseLooks(text)).toBeNull();
  });
});
