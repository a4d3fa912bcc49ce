import { expect, it } from 'vitest';
import { panelErrorOf } from '../../testing/errors.ts';
import { createFakeTransport } from '../../testing/fake-transport.ts';
import type { PlannedStep } from './engine/plan.ts';
import { executePlan, unitsUpBy } from './execute.ts';
import { createPrograms } from './programs.ts';
import type { Recipe } from './recipe.ts';

const RECIPE: Recipe = { id: 'none', title: 'None', summary: '', parameters: [], guards: [], presence: 'os', steps: () => [] };

/** Applies nothing under a lock whose removal fails with this code. */
const applyWith = (code: string) => {
  const { transport } = createFakeTransport((argv) => (argv.includes('release') ? Promise.reject(panelErrorOf(code, 'network')) : {}));
  return executePlan({
    transport,
    programs: createPrograms(transport),
    shipped: { imagesShim: () => '', imagesShimUnit: () => '' },
    chosen: [{ recipe: RECIPE, values: {} }],
    shownKeys: new Set(),
    token: 'token',
    holder: 'somebody',
    signal: new AbortController().signal,
    now: () => 0,
    observer: { onStep: () => {} },
    onLines: () => {},
  });
};

it('is not done while a lost connection leaves its lock on the host', async () => {
  await expect(applyWith('ssh-connection-lost')).rejects.toMatchObject({ panelError: { code: 'ssh-connection-lost' } });
});

it('is done when its lock could not be removed for another reason: the lock ages', async () => {
  expect((await applyWith('sudo-cancelled')).changes).toBe(0);
});

it('ends a wait for the services that should be up by then, not for one that a later step starts or one that stays off', () => {
  const unit = (id: string, isActive: boolean): PlannedStep => ({
    id,
    recipe: 'tried',
    step: {
      id,
      title: id,
      needs: [],
      resource: { kind: 'unit', name: `${id}.service`, isEnabled: isActive, isActive, reads: [], onChange: 'restart' },
    },
    verdict: { state: 'ok' },
  });
  const steps = [unit('off', false), unit('one', true), unit('two', true), unit('later', true)];
  expect(unitsUpBy(steps, 'two')).toEqual(['one.service', 'two.service']);
  expect(unitsUpBy(steps, 'unknown')).toEqual([]);
});
