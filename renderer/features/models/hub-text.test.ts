import { expect, it } from 'vitest';
import { describeAfterwards, describeDiskLine, describeNeeds } from './hub-text.ts';

const GIB = 1024 ** 3;
const disk = { path: '/var', freeBytes: 10 * GIB, usedBytes: 30 * GIB, sizeBytes: 40 * GIB };

it('the disk after an install: what is left, that it does not fit, or unknown', () => {
  expect(describeAfterwards(4 * GIB, disk)).toBe('6.0 GiB of 40.0 GiB');
  expect(describeAfterwards(12 * GIB, disk)).toBe('does not fit');
  expect(describeAfterwards(null, disk)).toBe('unknown');
  expect(describeAfterwards(4 * GIB, null)).toBe('unknown');
});

it('old disk space is marked', () => {
  expect(describeDiskLine(disk, false)).toBe('10.0 GiB free of 40.0 GiB (25 %) on /var');
  expect(describeDiskLine(disk, true)).toBe('10.0 GiB free of 40.0 GiB (25 %) on /var, last known');
});

it('what is installed as well is named with its size', () => {
  expect(describeNeeds({ sources: ['a/clip', 'a/t5'], bytes: 5 * GIB })).toBe('a/clip, a/t5: 5.0 GiB');
  expect(describeNeeds({ sources: ['a/clip'], bytes: null })).toBe('a/clip: size unknown');
});
