import { describe, expect, it } from 'vitest';
import { missingBytes } from './disk-need.ts';

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
