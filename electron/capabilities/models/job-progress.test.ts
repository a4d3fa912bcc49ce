import { expect, it } from 'vitest';
import type { QueueProgress } from '../../../shared/capabilities/models/contract.ts';
import { createJobProgress } from './job-progress.ts';

const step = (itemId: number, share: number, preview: string | null = null) =>
  ({ kind: 'progress', itemId, message: 'Denoising', share, preview }) as const;

function setUp() {
  let isShown = true;
  const reported: (QueueProgress | null)[] = [];
  const progress = createJobProgress(() => isShown);
  progress.onProgress((value) => reported.push(value));
  return { progress, reported, show: (wanted: boolean) => (isShown = wanted) };
}

it('reports nothing until it is followed, and then where the job is', () => {
  const { progress, reported } = setUp();
  progress.receive(step(7, 0.1, 'data:first'));
  expect(reported).toEqual([]);
  progress.follow(true);
  progress.receive(step(7, 0.2));
  expect(reported).toMatchObject([
    { share: 0.1, preview: 'data:first' },
    { share: 0.2, preview: 'data:first' },
  ]);
  progress.follow(false);
  progress.receive(step(7, 0.3));
  expect(reported).toHaveLength(2);
});

it('gives no job the preview of another, and ends with its job', () => {
  const { progress, reported } = setUp();
  progress.follow(true);
  progress.receive(step(7, 0.9, 'data:first'));
  progress.receive(step(8, 0.1));
  expect(reported.at(-1)).toMatchObject({ itemId: 8, preview: null });
  progress.receive({ kind: 'queue' });
  expect(reported.at(-1)).toBeNull();
});

it('reports nothing to a hidden window', () => {
  const { progress, reported, show } = setUp();
  progress.follow(true);
  show(false);
  progress.receive(step(7, 0.5));
  expect(reported).toEqual([null]);
});
