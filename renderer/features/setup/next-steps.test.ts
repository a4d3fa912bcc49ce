import { describe, expect, it } from 'vitest';
import type { SetupRecipe } from '../../../shared/capabilities/setup/contract.ts';
import { type NextStepsInput, nextSteps } from './next-steps.ts';

const NOTHING: NextStepsInput = { recipes: [], links: [], monitoredHours: null, reportSavedAt: null };
const recipe = (id: string, state: NonNullable<SetupRecipe['standing']>['state'], reason: string | null = null): SetupRecipe => ({
  id,
  title: id,
  summary: '',
  group: 'first-setup',
  parameters: [],
  standing: { state, changes: state === 'changes' ? 2 : 0, reason, takenAt: 0 },
});
const stepOf = (id: string, o: Partial<NextStepsInput>) => nextSteps({ ...NOTHING, ...o }).find((step) => step.id === id);

describe('next steps', () => {
  it('are seven, and what is unknown says why', () => {
    const steps = nextSteps(NOTHING);
    expect(steps.map(({ id }) => id)).toEqual(['invokeai', 'health', 'gateway', 'tests', 'nexa', 'monitor', 'document']);
    for (const step of steps) expect(step.detail).not.toBe('');
    expect(steps.filter(({ word }) => word === 'Unknown').map(({ id }) => id)).toEqual([
      'invokeai',
      'health',
      'gateway',
      'tests',
      'nexa',
      'monitor',
    ]);
  });

  it('follow how the host stands to a recipe', () => {
    expect(stepOf('invokeai', { recipes: [recipe('invokeai', 'up-to-date')] })).toMatchObject({ word: 'Done', action: null });
    expect(stepOf('invokeai', { recipes: [recipe('invokeai', 'changes')] })).toMatchObject({
      word: 'To do',
      detail: '2 changes.',
      action: { kind: 'plan', recipe: 'invokeai' },
    });
    expect(stepOf('invokeai', { recipes: [recipe('invokeai', 'blocked', 'No GPU.')] })).toMatchObject({
      word: 'Failing',
      detail: 'No GPU.',
    });
    expect(stepOf('gateway', { recipes: [recipe('gateway', 'unknown')] })).toMatchObject({ word: 'Unknown' });
    expect(stepOf('gateway', { recipes: [recipe('gateway', 'elsewhere', 'No gateway.')] })).toMatchObject({
      word: 'Not on this host',
      detail: 'No gateway.',
      action: null,
    });
  });

  it('take the health endpoints as done only when both respond', () => {
    const link = (id: 'shim' | 'nginx', severity: 'ok' | 'critical' | 'unknown') => ({ id, label: id, severity, state: severity });
    expect(stepOf('health', { links: [link('shim', 'ok'), link('nginx', 'ok')] })).toMatchObject({ word: 'Done' });
    expect(stepOf('health', { links: [link('shim', 'ok'), link('nginx', 'unknown')] })).toMatchObject({ word: 'Unknown' });
    expect(stepOf('health', { links: [link('shim', 'critical'), link('nginx', 'ok')] })).toMatchObject({ word: 'Failing' });
  });

  it('count hours of readings, and a saved report', () => {
    expect(stepOf('monitor', { monitoredHours: 0 })).toMatchObject({ word: 'To do' });
    expect(stepOf('monitor', { monitoredHours: 23 })).toMatchObject({ word: 'In progress' });
    expect(stepOf('monitor', { monitoredHours: 24 })).toMatchObject({ word: 'Done' });
    expect(stepOf('document', { reportSavedAt: '2026-01-31 14:02' })).toMatchObject({
      word: 'Done',
      detail: 'Report saved 2026-01-31 14:02.',
    });
  });
});
