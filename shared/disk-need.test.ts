import { describe, expect, it } from 'vitest';
import { diskSeverity, missingBytes } from './disk-need.ts';

const GIB = 1024 ** 3;

describe('missingBytes', () => {
  it.each([
    [2 * GIB, 3 * GIB, 0],
    [2 * GIB, 2 * GIB, GIB],
    [2 * GIB, 0, 3 * GIB],
    [null, 0, 0],
    [2 * GIB, null, 0],
  ])('%s needed, %s free', (needed, free, missing) => {
    expect(missingBytes(needed, free)).toBe(missing);
  });
});

describe('diskSeverity', () => {
  const GIB = 1024 ** 3;
  it('warns below 20 GiB or 5 %, and is critical below 2 GiB or 1 %', () => {
    expect(diskSeverity({ free: 600 * GIB, total: 931 * GIB })).toBe('ok');
    expect(diskSeverity({ free: 40 * GIB, total: 931 * GIB })).toBe('warning');
    expect(diskSeverity({ free: 19 * GIB, total: 100 * GIB })).toBe('warning');
    expect(diskSeverity({ free: 9 * GIB, total: 931 * GIB })).toBe('critical');
    expect(diskSeverity({ free: 1 * GIB, total: 30 * GIB })).toBe('critical');
  });

  it('judges a small disk by half of its size', () => {
    expect(diskSeverity({ free: 9 * GIB, total: 16 * GIB })).toBe('ok');
    expect(diskSeverity({ free: 7 * GIB, total: 16 * GIB })).toBe('warning');
  });
});
