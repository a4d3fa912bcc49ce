import { describe, expect, it } from 'vitest';
import { sparklinePaths } from './sparkline.tsx';

describe('sparklinePaths', () => {
  it('breaks the line at a gap', () => {
    const { line, fill } = sparklinePaths([0, 1, null, 1, 1, Number.NaN], 2);
    expect(line.split('M')).toHaveLength(3);
    expect(fill.match(/Z/g)).toHaveLength(2);
    expect(line).not.toContain('NaN');
  });

  it('draws nothing from nothing, and stays in the box', () => {
    expect(sparklinePaths([], 10)).toEqual({ line: '', fill: '' });
    expect(sparklinePaths([null, null], 10)).toEqual({ line: '', fill: '' });
    const heights = [...sparklinePaths([-5, 50, 500], 100).line.matchAll(/,([\d.]+)/g)].map((found) => Number(found[1]));
    expect(heights).toEqual([43, 22, 1]);
    expect(sparklinePaths([1, 2], 0).line).not.toContain('NaN');
  });
});
