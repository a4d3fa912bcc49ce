import { describe, expect, it } from 'vitest';
import { whoAsks } from './who-asks.ts';

describe('whoAsks', () => {
  it('tells a jump host from the host', () => {
    expect(whoAsks({ address: 'me@gate:2200', isJumpHost: true }, 'ada2')).toBe('The jump host me@gate:2200, on the way to ada2,');
    expect(whoAsks({ address: 'op@10.0.0.2:22', isJumpHost: false }, 'ada2')).toBe('ada2 (op@10.0.0.2:22)');
  });
});
