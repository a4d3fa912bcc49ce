import { expect, it } from 'vitest';
import type { ImageRun } from '../../../shared/capabilities/images/contract.ts';
import { createRunList } from './run-list.ts';

const gallery = { isDeleted: () => false, onChange: () => () => {} };
const run = (runId: string): ImageRun => ({
  ...{ runId, route: 'gateway', startedAt: 0, group: null, curl: null },
  parameters: {
    ...{ prompt: 'a rock', negativePrompt: '', width: 512, height: 512, steps: 4, guidance: 3 },
    ...{ seed: 1, model: null, scheduler: null, count: 1 },
  },
  phase: { kind: 'cancelled', elapsedMs: 1, saved: 0, remote: { state: 'ended', message: '' } },
});

function listOf(...runIds: readonly string[]) {
  const list = createRunList(gallery);
  list.add(runIds.map(run), { groupId: 'g', sweep: null, addedAt: 0 });
  return { ...list, ids: () => list.all().map(({ runId }) => runId) };
}

it('each removal is restored by itself, once, in any order', () => {
  const list = listOf('a', 'b', 'c', 'd');
  const [first, second] = [list.remove(['a', 'c']), list.remove(['b'])];
  expect(list.ids()).toEqual(['d']);
  list.add([run('e')], null);
  expect([list.restore(second), list.ids()]).toEqual([true, ['b', 'd', 'e']]);
  expect([list.restore(first), list.ids()]).toEqual([true, ['a', 'b', 'c', 'd', 'e']]);
  expect([list.restore(first), list.restore(second)]).toEqual([false, false]);
  const [third, fourth] = [list.remove(['a']), list.remove(['b'])];
  expect([list.restore(third), list.ids()]).toEqual([true, ['a', 'c', 'd', 'e']]);
  expect([list.restore(fourth), list.ids()]).toEqual([true, ['a', 'b', 'c', 'd', 'e']]);
});

it('a restored run comes in front of what followed it, and what moved since stays where it is', () => {
  const list = listOf('a', 'b', 'c', 'd');
  const removal = list.remove(['b', 'd']);
  list.add([run('e')], null);
  list.move('a', null);
  list.restore(removal);
  expect(list.ids()).toEqual(['b', 'c', 'e', 'a', 'd']);
});

it('a removal brings its group back, and one of too long ago nothing', () => {
  const list = listOf('a', 'b');
  const all = list.remove(['a', 'b']);
  expect(list.shown().order.groups).toEqual([]);
  list.restore(all);
  expect(list.shown().order.groups).toMatchObject([{ groupId: 'g', runIds: ['a', 'b'] }]);
  const old = list.remove(['a']);
  for (let count = 0; count < 20; count += 1) list.remove([]);
  expect([list.restore(old), list.ids()]).toEqual([false, ['b']]);
});
