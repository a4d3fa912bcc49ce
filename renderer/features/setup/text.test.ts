import { describe, expect, it } from 'vitest';
import type { SetupPlan, SetupRecipe, SetupStep } from '../../../shared/capabilities/setup/contract.ts';
import { applyProblem } from './apply-problem.ts';
import { describeAffected, describeRecipes, describeStanding } from './text.ts';

type State = NonNullable<SetupRecipe['standing']>['state'];

const recipe = (state: State | null, group: SetupRecipe['group'] = 'first-setup'): SetupRecipe => ({
  id: 'x',
  title: 'x',
  summary: '',
  group,
  parameters: [],
  standing: state === null ? null : { state, changes: 3, reason: null, takenAt: 0 },
});

describe('the state line of Setup', () => {
  it.each([
    [['up-to-date', 'up-to-date'], 'Everything is set up'],
    [['up-to-date', 'changes'], '1 recipe with changes'],
    [['blocked', 'changes'], '1 recipe blocked'],
    [['up-to-date', 'not-installed'], '1 of 2 recipes installed'],
    [['up-to-date', 'unknown'], '1 recipe can only be checked with sudo'],
    [['up-to-date', null], 'Not read yet'],
    [[null, 'changes'], '1 recipe with changes'],
    [[], 'Not read yet'],
  ] as const)('of %j is “%s”', (states, word) => {
    expect(
      describeRecipes(
        states.map((state) => recipe(state)),
        false,
      ).word,
    ).toBe(word);
  });

  it('takes options that are not installed and maintenance for no fault', () => {
    const all = [recipe('up-to-date'), recipe('not-installed', 'option'), recipe('changes', 'maintenance'), recipe(null, 'option')];
    expect(describeRecipes(all, false).word).toBe('Everything is set up');
    expect(describeRecipes([...all, recipe('changes', 'option')], false).word).toBe('1 recipe with changes');
  });

  it('alarms only about what the first setup needs, and about options once they are installed', () => {
    const toneOf = (...o: Parameters<typeof recipe>) => describeStanding(recipe(...o), false);
    expect(toneOf('blocked')).toEqual({ tone: 'bad', word: 'Blocked' });
    expect(toneOf('blocked', 'option').tone).toBe('warning');
    expect(toneOf('not-installed', 'option')).toEqual({ tone: 'off', word: 'Optional' });
    expect(toneOf('elsewhere', 'option')).toEqual({ tone: 'off', word: 'Not on this host' });
    expect(toneOf('changes', 'option').tone).toBe('warning');
    expect(toneOf('changes', 'maintenance').tone).toBe('info');
    expect(toneOf('up-to-date', 'maintenance')).toEqual({ tone: 'off', word: 'Nothing to do' });
    expect(describeRecipes([recipe('up-to-date'), recipe('elsewhere', 'option'), recipe('blocked', 'option')], false).tone).toBe('good');
  });

  it('tells a recipe that is being read from one that is not', () => {
    expect(describeRecipes([recipe(null)], true).tone).toBe('busy');
    expect(describeStanding(recipe(null), true).tone).toBe('busy');
    expect(describeStanding(recipe(null), false).word).toBe('Not read yet');
  });
});

describe('who notices a restart', () => {
  const nobody = { runningJobs: null, pendingJobs: null, requiredBy: [] };
  it('names the jobs of InvokeAI only where they are known', () => {
    expect(describeAffected('invokeai.service', nobody)).toBe('invokeai: image generation pauses until it has started.');
    expect(describeAffected('invokeai.service', { runningJobs: 1, pendingJobs: 3, requiredBy: ['shim'] })).toBe(
      'invokeai: image generation pauses until it has started. 1 running job will be lost. 3 jobs waiting. shim restarts with it.',
    );
  });
  it('says nothing about a unit that nobody is known to need', () => {
    expect(describeAffected('cups.service', nobody)).toBeNull();
    expect(describeAffected('nginx.service', nobody)).toContain('gateway');
  });
});

describe('why a plan cannot be applied', () => {
  const planOf = (state: SetupStep['state'], asRoot: boolean): Pick<SetupPlan, 'steps' | 'asRoot' | 'canApply' | 'locked'> => ({
    asRoot,
    locked: null,
    canApply: asRoot && state === 'change',
    steps: [
      {
        id: 'a/b',
        recipe: 'a',
        title: 'b',
        state,
        changes: [],
        downloadBytes: null,
        about: [],
        note: null,
        remedy: null,
        guardSeconds: null,
      },
    ],
  });
  const ready = { isOnline: true, isRunActive: false };
  it('is the first thing that the operator can do about it', () => {
    expect(applyProblem(planOf('change', true), ready)).toBeNull();
    expect(applyProblem(planOf('change', true), { ...ready, isOnline: false })).toBe('Not connected.');
    expect(applyProblem(planOf('change', true), { ...ready, isRunActive: true })).toBe('A setup is running on this host.');
    expect(applyProblem(planOf('blocked', false), ready)).toBe('Resolve the blocked steps before applying.');
    expect(applyProblem(planOf('change', false), ready)).toBe('Check with sudo before applying.');
    expect(applyProblem(planOf('unknown', true), ready)).toBe('Some steps could not be checked.');
    const locked = { code: 'setup-locked', layer: 'host', message: 'Held.', hint: 'Wait.', retryable: true } as const;
    expect(applyProblem({ ...planOf('change', true), locked }, ready)).toBe('Another setup holds this host.');
    expect(applyProblem({ ...planOf('change', true), locked }, { ...ready, takesOver: true })).toBeNull();
  });
});
