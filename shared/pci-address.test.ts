import { describe, expect, it } from 'vitest';
import { isSamePciAddress } from './pci-address.ts';

describe('isSamePciAddress', () => {
  it.each([
    ['0000:21:00', '00000000:21:00.0', true],
    ['PCI:0001:00:00', '00000001:00:00.0', true],
    ['PCI:0001:00:00', '00000002:00:00.0', false],
    ['0000:41:00', '00000001:41:00.0', false],
    ['21:00.0', '00000007:21:00.0', true],
    ['0000:C1:00', '00000000:c1:00.0', true],
    ['0000:21:00', '0000:22:00', false],
    ['', '0000:21:00', null],
    ['GPU-1', '0000:21:00', null],
  ])('%s and %s: %s', (one, other, isSame) => {
    expect(isSamePciAddress(one, other)).toBe(isSame);
    expect(isSamePciAddress(other, one)).toBe(isSame);
  });
});
