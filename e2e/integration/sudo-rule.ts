import type { SetupPlan, SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { type PanelUnderTest, until } from './panel.ts';

const RECIPE = 'least-privilege';

/** The plan of the sudo rule for these services, without the login's groups. */
export async function planRule(panel: PanelUnderTest, units: readonly string[], o: { readonly asRoot: boolean }): Promise<SetupPlan> {
  panel.setup.saveValues(RECIPE, { units: units.join(' '), journal: 'no' });
  return await panel.setup.plan([RECIPE], o.asRoot);
}

/** The lines that a plan adds to the file of the rule and removes from it, or the whole text where it could not be compared. */
export function ruleLines({ steps }: SetupPlan): { readonly added: string; readonly gone: string } {
  const [change] = steps[0]?.changes ?? [];
  if (change?.kind === 'wanted') return { added: change.text, gone: '' };
  const diff = change?.kind === 'file' ? (change.diff ?? []) : [];
  const of = (wanted: '+' | '-'): string => diff.flatMap(({ mark, text }) => (mark === wanted ? [`${text}\n`] : [])).join('');
  return { added: of('+'), gone: of('-') };
}

/** Applies a plan that was shown, and returns its run at its end. */
export async function applyShown(panel: PanelUnderTest, { id }: SetupPlan): Promise<SetupRun> {
  panel.setup.apply(id);
  return await until(() => {
    const { run } = panel.setup.state();
    return run !== null && run.endedAt !== null && run.state !== 'running' ? run : null;
  }, 'the end of the run');
}
