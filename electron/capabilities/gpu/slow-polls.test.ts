import { describe, expect, it } from 'vitest';
import { processesDue } from './slow-polls.ts';

describe('asking who holds VRAM', () => {
  it('waits half a minute while the VRAM in use stays', () => {
    expect(processesDue(29_000, 18_944, 18_940)).toBe(false);
    expect(processesDue(30_000, 18_944, 18_940)).toBe(true);
  });

  it('asks after five seconds when it changed, or is not known', () => {
    expect(processesDue(4_000, 18_944, 12)).toBe(false);
    for (const used of [18_944, 0, Number.NaN]) expect(processesDue(5_000, used, 12 + 18_944 * 2)).toBe(true);
    expect(processesDue(Number.POSITIVE_INFINITY, 18_944, Number.NaN)).toBe(true);
  });
});
