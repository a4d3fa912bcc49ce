import { type PanelUnderTest, until } from '../integration/panel.ts';

const RECIPES = ['least-privilege', 'invokeai', 'images-shim', 'nginx'];
/** What differs from the defaults on a host without a GPU; the model is a tiny one that is made there. */
const VALUES = { invokeai: { device: 'cpu', models: 'none' }, 'images-shim': { requireGpu: 'no' } };
const IS_OVER = ['done', 'failed', 'cancelled', 'interrupted'];

/** Sets the host up by the panel's recipes. Fails, with the last lines of the host, when the run does, or when a second plan is not empty. */
export async function applySetup(panel: PanelUnderTest): Promise<void> {
  for (const [recipe, values] of Object.entries(VALUES)) panel.setup.saveValues(recipe, values);
  const plan = await panel.setup.plan(RECIPES, true);
  console.log(`plan of ${plan.changes} changes, ${plan.hostCommands} commands, ${Math.round(plan.elapsedMs)} ms`);
  if (!plan.canApply) throw new Error(JSON.stringify(plan.steps.filter(({ state }) => state === 'blocked' || state === 'unknown')));
  const ended = new Promise<void>((resolve) => {
    const stop = panel.setup.onChange(({ run }) => {
      if (run === null || !IS_OVER.includes(run.state)) return;
      stop();
      resolve();
    });
  });
  panel.setup.apply(plan.id);
  await ended;
  const run = await until(() => panel.setup.state().run, 'the run');
  for (const { title, state, elapsedMs } of run.steps) console.log(`  ${title}: ${state}, ${((elapsedMs ?? 0) / 1000).toFixed(1)} s`);
  if (run.state !== 'done') throw new Error(`the setup ${run.state}: ${JSON.stringify(run.error)}\n${run.output.slice(-40).join('\n')}`);
  const second = await panel.setup.plan(RECIPES, true);
  console.log(`second plan: ${second.changes} changes, ${second.hostCommands} commands, ${Math.round(second.elapsedMs)} ms`);
  if (second.changes > 0)
    throw new Error(`a second plan is not empty: ${JSON.stringify(second.steps.filter(({ state }) => state !== 'ok'))}`);
}
