import { describe, expect, it, vi } from 'vitest';
import type { ImageRun } from '../../../../shared/capabilities/images/contract.ts';

vi.mock('../../../bridge.ts', () => ({ bridgeOf: () => ({}) }));
vi.mock('../../../stores/images.ts', () => ({}));
vi.mock('../../../stores/notices.ts', () => ({}));
vi.mock('../../../stores/runs.ts', () => ({}));
vi.mock('../../../stores/undo.ts', () => ({}));
const { placeBefore } = await import('./run-actions.ts');

const run = (runId: string, kind: string): ImageRun => ({ runId, phase: { kind } }) as ImageRun;

describe('the new place of a waiting run', () => {
  const runs = [run('a', 'done'), run('b', 'running'), run('c', 'waiting'), run('d', 'waiting'), run('e', 'waiting')];

  it('is one further, or the first', () => {
    expect(placeBefore(runs, 'd', 'up')).toBe('c');
    expect(placeBefore(runs, 'e', 'first')).toBe('c');
    expect(placeBefore(runs, 'c', 'down')).toBe('e');
    expect(placeBefore(runs, 'd', 'down')).toBeNull();
  });

  it('is no other at the ends, and for runs that do not wait', () => {
    expect(placeBefore(runs, 'c', 'up')).toBeUndefined();
    expect(placeBefore(runs, 'c', 'first')).toBeUndefined();
    expect(placeBefore(runs, 'e', 'down')).toBeUndefined();
    expect(placeBefore(runs, 'b', 'down')).toBeUndefined();
    expect(placeBefore(runs, 'x', 'up')).toBeUndefined();
  });
});
