import { expect, it } from 'vitest';
import type { BackendQueue, ModelsState } from '../../../shared/capabilities/models/contract.ts';
import { INITIAL_MODELS } from '../../../shared/initial-states.ts';
import { recordQueue } from './queue-recorder.ts';

const queue: BackendQueue = {
  pending: 3,
  inProgress: 1,
  completed: 0,
  failed: 0,
  canceled: 0,
  isStarted: true,
  isStalled: false,
  current: null,
  next: [],
};

it('stores each reading of the queue once, and none while InvokeAI does not answer', () => {
  let report: (state: ModelsState) => void = () => {};
  const rows: number[][] = [];
  recordQueue({
    hostId: 'h',
    models: {
      onChange: (listener) => {
        report = listener;
        return () => {};
      },
    },
    history: { append: (_series, row) => void rows.push([...row]) },
  });
  const live: ModelsState = { ...INITIAL_MODELS, phase: { kind: 'live', version: '6.9' }, queue, takenAt: 1_000 };
  report(live);
  report(live);
  report({ ...live, phase: { kind: 'away' }, takenAt: 2_000 });
  report({ ...live, queue: { ...queue, pending: null }, takenAt: 3_000 });
  expect(rows).toEqual([
    [1_000, 1, 3],
    [3_000, 1, Number.NaN],
  ]);
});
