import { join, resolve } from 'node:path';
import type { SetupPlan, SetupRun } from '../../shared/capabilities/setup/contract.ts';
import { hasCode, toPanelError } from '../../shared/errors.ts';
import { BARE_LAB } from '../../shared/lab-hosts.ts';
import { openHostList } from '../capabilities/hosts/host-list.ts';
import { labProfile } from '../capabilities/running-lab.ts';
import { makePlaybook } from '../capabilities/setup/ansible/playbook.ts';
import { describeOperator } from '../capabilities/setup/operator.ts';
import { createPrograms } from '../capabilities/setup/programs.ts';
import { RECIPES } from '../capabilities/setup/recipes/index.ts';
import { openSetupStore } from '../capabilities/setup/run-store.ts';
import { createSetup, type Setup } from '../capabilities/setup/setup.ts';
import { exportFileAtomic } from '../foundation/files/atomic-file.ts';
import { createSaveMonitor } from '../foundation/files/save-monitor.ts';
import { createShippedFiles } from '../foundation/files/shipped.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { readArguments, type SetupArguments, USAGE } from './arguments.ts';
import type { CommandLine } from './command-line.ts';
import { connectTo } from './connect.ts';
import { defaultDataFolder } from './data-folder.ts';
import { noTerminalError, notConfirmedError, usageError } from './errors.ts';
import { writeNewFolder } from './new-folder.ts';
import { type CommandLineLab, openLab } from './open-lab.ts';
import { errorLines, planLines, progressLines } from './plan-text.ts';
import { findHost } from './target.ts';
import { chooseRecipes, readAssignments, readOnlyStore, secretsOfRun } from './values.ts';

/** 0 nothing to do, or done; 2 changes are planned; 1 failed. */
export type ExitCode = 0 | 1 | 2;

/** `npm run setup`: plans recipes on a host, and applies them. Prints every error; never rejects. */
export async function runSetup(argv: readonly string[], io: CommandLine): Promise<ExitCode> {
  try {
    const wanted = readArguments(argv);
    if (wanted === null) {
      io.print(USAGE);
      return 0;
    }
    return await setUp(wanted, io);
  } catch (thrown) {
    for (const line of errorLines(toPanelError(thrown))) io.note(line);
    return 1;
  }
}

async function setUp(wanted: SetupArguments, io: CommandLine): Promise<ExitCode> {
  const recipes = chooseRecipes(RECIPES, wanted.recipes);
  const assigned = readAssignments(recipes, wanted.assignments);
  const lab = wanted.host === null ? await openLab(io.labScript, BARE_LAB) : null;
  try {
    return await setUpHost(wanted, io, { recipes, assigned, lab });
  } finally {
    await lab?.running.close();
  }
}

interface Chosen {
  readonly recipes: typeof RECIPES;
  readonly assigned: ReturnType<typeof readAssignments>;
  /** Instead of a host. */
  readonly lab: CommandLineLab | null;
}

async function setUpHost(wanted: SetupArguments, io: CommandLine, { recipes, assigned, lab }: Chosen): Promise<ExitCode> {
  const dataFolder =
    wanted.dataFolder === null ? defaultDataFolder(io.platform, io.environment, io.homeFolder) : resolve(io.folder, wanted.dataFolder);
  const list = openHostList({
    dataFolder,
    homeFolder: io.homeFolder,
    environment: io.environment,
    onCorrupt: () => {},
    onUnknownEntries: () => {},
    saves: createSaveMonitor(),
    log: silentLogger,
  });
  const profile =
    lab === null
      ? await findHost(wanted.host ?? '', { list, homeFolder: io.homeFolder, environment: io.environment })
      : labProfile(lab.running);
  const isListed = list.read().some(({ id }) => id === profile.id);
  const remembered = openSetupStore({ dataFolder, hostId: profile.id, saves: createSaveMonitor(), log: silentLogger });
  const { connection, unanswered } = await connectTo(profile, {
    terminal: io.terminal,
    homeFolder: io.homeFolder,
    knownHostsFile: join(io.homeFolder, '.ssh', 'known_hosts'),
    environment: io.environment,
    lab,
    signal: io.interrupted,
  });
  const setup = createSetup({
    hostId: profile.id,
    hostLabel: () => profile.label,
    transport: connection,
    programs: createPrograms(connection),
    recipes,
    // The values that are remembered belong to the host of the list, not to another one whose id would be the same.
    store: readOnlyStore(isListed ? remembered.values : () => ({}), assigned, recipes),
    secrets: secretsOfRun(),
    shipped: createShippedFiles(io.shippedFolder),
    operator: describeOperator(),
    now: Date.now,
  });
  try {
    await askSecrets(setup, recipes, io);
    const plan = await setup.plan(wanted.recipes, true);
    show(wanted, io, plan, () => planLines(plan, profile.label));
    const made = setup.planned(plan.id);
    if (wanted.playbookFolder !== null && made !== null) {
      const folder = resolve(io.folder, wanted.playbookFolder);
      writeNewFolder(folder, makePlaybook(made, profile.label));
      io.note(`Playbook written to ${folder}`);
    }
    return await act(wanted, io, setup, plan);
  } catch (thrown) {
    throw unanswered() ?? thrown;
  } finally {
    setup.stop();
    connection.dispose();
  }
}

async function act(wanted: SetupArguments, io: CommandLine, setup: Setup, plan: SetupPlan): Promise<ExitCode> {
  const isClear = plan.steps.every(({ state }) => state === 'ok' || state === 'change');
  if (!isClear) return 1;
  if (plan.changes === 0) return 0;
  if (!wanted.apply) return 2;
  await confirmPlan(wanted, io, plan);
  const run = await apply(wanted, io, setup, plan);
  if (wanted.reportFile !== null) await exportFileAtomic(resolve(io.folder, wanted.reportFile), [setup.report()]);
  show(wanted, io, run, () => [run.state === 'done' ? 'Done.' : run.state === 'cancelled' ? 'Cancelled.' : 'Failed.']);
  for (const line of run.error === null ? [] : errorLines(run.error)) io.note(line);
  return run.state === 'done' ? 0 : 1;
}

function show(wanted: SetupArguments, io: CommandLine, result: SetupPlan | SetupRun, lines: () => readonly string[]): void {
  for (const line of wanted.json ? [JSON.stringify(result)] : lines()) io.print(line);
}

async function confirmPlan(wanted: SetupArguments, io: CommandLine, { changes }: SetupPlan): Promise<void> {
  if (wanted.yes) return;
  const question = `Apply ${changes} ${changes === 1 ? 'change' : 'changes'}`;
  if (io.terminal === null) throw noTerminalError(question, 'Add --yes to apply without a question.');
  const typed = await io.terminal.ask(`${question}? [yes/no] `, io.interrupted);
  if (io.interrupted.aborted || !/^y(es)?$/i.test(typed?.trim() ?? '')) throw notConfirmedError();
}

/** Runs the plan to its end; a lost connection is waited for. */
async function apply(wanted: SetupArguments, io: CommandLine, setup: Setup, plan: SetupPlan): Promise<SetupRun> {
  const cancel = (): void => setup.cancel();
  io.interrupted.addEventListener('abort', cancel);
  try {
    const report = wanted.json ? io.note : io.print;
    const run = await followRun(setup, report, () => setup.apply(plan.id));
    const holder = run.error !== null && hasCode(run.error, 'setup-locked') ? run.error.facts?.['holder'] : undefined;
    if (holder === undefined || !(await mayTakeOver(wanted, io, holder))) return run;
    return await followRun(setup, report, () => setup.resume(true));
  } finally {
    io.interrupted.removeEventListener('abort', cancel);
  }
}

async function mayTakeOver(wanted: SetupArguments, io: CommandLine, holder: string): Promise<boolean> {
  if (wanted.takeOver) return true;
  const typed = await io.terminal?.ask(`Another setup runs on this host: ${holder}. Take over? [yes/no] `, io.interrupted);
  return typed?.trim().toLowerCase() === 'yes';
}

function followRun(setup: Setup, report: (line: string) => void, start: () => void): Promise<SetupRun> {
  return new Promise((resolve) => {
    let before: SetupRun | null = null;
    const stop = setup.onChange(({ run }) => {
      if (run === null) return;
      const previous = before;
      before = run;
      for (const line of progressLines(previous, run)) report(line);
      if (run.endedAt === null || (run.state !== 'done' && run.state !== 'failed' && run.state !== 'cancelled')) return;
      stop();
      // The report is made after the last change of the run.
      setImmediate(() => resolve(run));
    });
    start();
  });
}

/** Secrets without which a recipe cannot be planned are asked for; they are in the panel's keyring only for the panel. */
async function askSecrets(setup: Setup, recipes: typeof RECIPES, io: CommandLine): Promise<void> {
  for (const recipe of recipes) {
    for (const { key, label, kind, check } of recipe.parameters) {
      if (kind !== 'secret' || check('') === null) continue;
      if (io.terminal === null) throw usageError(`${recipe.id} needs the secret ${key}, and there is no terminal to ask on.`);
      const secret = await io.terminal.askSecret(`${recipe.title}: ${label}: `, io.interrupted);
      if (secret !== null) setup.setSecret(recipe.id, key, secret);
    }
  }
}
