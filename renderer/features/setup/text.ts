import type {
  SetupFinding,
  SetupPlan,
  SetupRecipe,
  SetupRun,
  SetupRunStep,
  SetupStep,
} from '../../../shared/capabilities/setup/contract.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';

/** Strings of setup. */
export const TEXT = {
  title: 'Setup',
  notConnected: 'Not connected',
  lastKnown: 'Not connected, showing the last reading',
  reading: 'Reading the host…',
  readingRecipe: 'Reading…',
  elsewhere: 'Not on this host',
  notRead: 'Not read yet',
  updated: 'updated',
  refresh: 'Refresh',
  retry: 'Retry',
  cancel: 'Cancel',
  save: 'Save',
  setUpHost: 'Set up this host',
  setUpHostHint: 'Plans the recipes of the first setup together, in the order of the list. Nothing changes before you apply the plan.',
  clearSelection: 'Clear selection',
  parameters: 'Parameters…',
  noParameters: 'No parameters',
  selectRecipe: 'Select',
  unselect: 'Clear selection of this recipe',
  plan: 'Plan',
  loadingRecipes: 'Loading recipes',

  restoreInitial: 'Restore defaults',
  secretSaved: 'Saved (hidden)',
  forgetSecret: 'Forget',

  back: 'Back',
  planning: 'Reading what would change…',
  planFailed: 'No plan could be made',
  checkCancelled: 'The check was cancelled. Plan again to see what would change.',
  planAgain: 'Plan again',
  checkWithSudo: 'Check with sudo',
  checkWithSudoNote: 'Some files can only be read by root. Checking may request your sudo password; nothing is changed.',
  allSetUp: 'No changes. Everything is set up.',
  nothingFound: 'No changes found without sudo',
  changesLabel: 'Changes',
  download: 'Download',
  restarts: 'Starts or restarts',
  affected: 'Affected',
  host: 'Host',
  none: 'none',
  needsSudoFirst: 'Check with sudo before applying.',
  hasBlockedSteps: 'Resolve the blocked steps before applying.',
  hasUnknownSteps: 'Some steps could not be checked.',
  runActive: 'A setup is running on this host.',
  locked: 'Another setup holds this host.',
  offline: 'Not connected.',
  findings: 'Found on this host',
  steps: 'Steps',
  blockedSteps: 'Blocked',
  newFile: 'new file',
  changedFile: 'changed',
  wantedFile: 'wanted text',
  copyFile: 'Copy file',
  secretFile: 'The content is not shown because it contains a secret.',
  deletes: 'Deletes',
  changedLines: 'Changed lines',
  noTextChange: 'The text stays the same.',

  started: 'started',
  showRun: 'Show run',
  lostNote: 'Steps that were started on the host go on there. Resume continues with what is left.',
  resumesAlone: 'Resumes as soon as the host is connected.',
  cancelRun: 'Cancel',
  cancelNote: 'Cancel ends a long step early; other steps finish first.',
  resume: 'Resume',
  takeOver: 'Take over',
  dismiss: 'Dismiss',
  exportPlaybook: 'Export as Ansible playbook',
  saveReport: 'Save report',
  copyReport: 'Copy report',
  copied: 'Copied',
  output: 'Output',
  noOutput: 'Output of the steps appears here.',
  pause: 'Pause',
  resumeOutput: 'Resume output',
  followEnd: 'Go to end',
  runSteps: 'Steps of this run',

  running: 'Setup running',
  interrupted: 'Setup interrupted',
} as const;

export const GROUPS: Readonly<Record<SetupRecipe['group'], string>> = {
  'first-setup': 'First setup',
  option: 'More recipes',
  maintenance: 'Maintenance',
};

interface Word {
  readonly tone: Tone;
  readonly word: string;
}

const count = (amount: number, one: string, many = `${one}s`): string => `${amount} ${amount === 1 ? one : many}`;

export const describeChanges = (changes: number): string => count(changes, 'change');
export const describeNotConnected = (host: string): string => `Recipes for ${host} appear here once it is connected.`;
export const describeParameters = (recipe: string): string => `Parameters of ${recipe}`;
export const describePlanOf = (recipe: string): string => `Plan ${recipe}`;
export const describeSelect = (recipe: string): string => `Select ${recipe}`;
export const describePlanSelected = (recipes: number): string => `Plan ${count(recipes, 'recipe')}`;
export const describeForgetSecret = (label: string): string => `Forget ${label}`;
export const describeApply = (changes: number): string => `Apply ${count(changes, 'change')}`;
export const describeDoneAlready = (steps: number): string => (steps === 1 ? '1 step is done already' : `${steps} steps are done already`);
export const describeMoreSteps = (steps: number): string => `${count(steps, 'more step')}`;
export const describeStepsDone = (steps: number): string => `${count(steps, 'step')} done`;
export const describeGuard = (seconds: number): string => `Put back after ${seconds} s unless confirmed`;
export const describeLongStep = (unit: string): string => `Runs on the host as ${unit}, also while this computer sleeps.`;
export const describeWait = (url: string, withinS: number): string => `Waits up to ${withinS} s until ${url} responds.`;
export const describeFix = (recipe: string): string => `Plan ${recipe}`;
export const describeSaved = (savedTo: string): string => `Saved the report to ${savedTo}`;
export const describePlanTime = (at: string, { elapsedMs, hostCommands }: Pick<SetupPlan, 'elapsedMs' | 'hostCommands'>): string =>
  `${at}, read in ${formatDuration(elapsedMs)} with ${count(hostCommands, 'command')}`;
export const describeUnchecked = (steps: number): string =>
  `${steps === 1 ? '1 step' : `${steps} steps`} can only be checked with sudo. Nothing else would change.`;

/** How a host stands to a recipe, in one or two words. */
export function describeStanding({ standing, group }: Pick<SetupRecipe, 'standing' | 'group'>, isReading: boolean): Word {
  if (standing === null) return isReading ? { tone: 'busy', word: TEXT.readingRecipe } : { tone: 'unknown', word: TEXT.notRead };
  switch (standing.state) {
    case 'up-to-date':
      return group === 'maintenance' ? { tone: 'off', word: 'Nothing to do' } : { tone: 'good', word: 'Up to date' };
    case 'changes':
      // An update or an uninstall is an offer, not a fault of the host.
      return { tone: group === 'maintenance' ? 'info' : 'warning', word: describeChanges(standing.changes) };
    case 'not-installed':
      return { tone: 'off', word: group === 'option' ? 'Optional' : 'Not installed' };
    case 'elsewhere':
      return { tone: 'off', word: TEXT.elsewhere };
    case 'blocked':
      // Without the first setup no image is served; anything else can wait.
      return { tone: group === 'first-setup' ? 'bad' : 'warning', word: 'Blocked' };
    case 'unknown':
      return { tone: 'unknown', word: 'Needs sudo to check' };
  }
}

/** The state line of the page: what needs the operator first. Maintenance is never needed, and an option only once it is installed. */
export function describeRecipes(all: readonly SetupRecipe[], isReading: boolean): Word {
  const recipes = all.filter(({ group }) => group !== 'maintenance');
  const first = recipes.filter(({ group }) => group === 'first-setup');
  const of = (state: NonNullable<SetupRecipe['standing']>['state'], among = recipes): number =>
    among.filter(({ standing }) => standing?.state === state).length;
  if (of('blocked', first) > 0) return { tone: 'bad', word: `${count(of('blocked', first), 'recipe')} blocked` };
  if (of('changes') > 0) return { tone: 'warning', word: `${count(of('changes'), 'recipe')} with changes` };
  if (isReading) return { tone: 'busy', word: TEXT.reading };
  if (first.length === 0 || first.some(({ standing }) => standing === null)) return { tone: 'unknown', word: TEXT.notRead };
  if (of('not-installed', first) > 0) {
    return { tone: 'off', word: `${first.length - of('not-installed', first)} of ${count(first.length, 'recipe')} installed` };
  }
  if (of('unknown', first) > 0) return { tone: 'unknown', word: `${count(of('unknown', first), 'recipe')} can only be checked with sudo` };
  return { tone: 'good', word: 'Everything is set up' };
}

/** The state line of a plan. */
export function describePlanResult(plan: SetupPlan): Word {
  const of = (state: SetupStep['state']): number => plan.steps.filter((step) => step.state === state).length;
  if (of('blocked') > 0) return { tone: 'bad', word: `${count(of('blocked'), 'step')} blocked` };
  if (plan.changes > 0) return { tone: 'info', word: describeChanges(plan.changes) };
  return of('unknown') > 0
    ? { tone: 'unknown', word: `${count(of('unknown'), 'step')} can only be checked with sudo` }
    : { tone: 'good', word: 'No changes' };
}

/** Severities of findings. */
export const SEVERITIES: Readonly<Record<SetupFinding['severity'], Word>> = {
  bad: { tone: 'bad', word: 'Problem' },
  warning: { tone: 'warning', word: 'Warning' },
  info: { tone: 'info', word: 'Note' },
};

export const STEP_STATES: Readonly<Record<SetupStep['state'], Word>> = {
  ok: { tone: 'good', word: 'Done already' },
  change: { tone: 'info', word: 'Change' },
  blocked: { tone: 'bad', word: 'Blocked' },
  unknown: { tone: 'unknown', word: 'Needs sudo to check' },
};

export const RUN_STEP_STATES: Readonly<Record<SetupRunStep['state'], Word>> = {
  pending: { tone: 'off', word: 'Pending' },
  running: { tone: 'busy', word: 'Running' },
  done: { tone: 'good', word: 'Done' },
  failed: { tone: 'bad', word: 'Failed' },
};

const RUN_STATES: Readonly<Record<SetupRun['state'], Word>> = {
  running: { tone: 'busy', word: 'Running' },
  cancelling: { tone: 'busy', word: 'Cancelling' },
  interrupted: { tone: 'warning', word: 'Interrupted' },
  done: { tone: 'good', word: 'Done' },
  failed: { tone: 'bad', word: 'Failed' },
  cancelled: { tone: 'off', word: 'Cancelled' },
};

export const describeRunState = (run: Pick<SetupRun, 'state'>): Word => RUN_STATES[run.state];

/** `4 of 7 steps`. */
export const describeProgress = (steps: readonly SetupRunStep[]): string =>
  `${steps.filter(({ state }) => state === 'done').length} of ${count(steps.length, 'step')}`;

export const describeTookMs = (elapsedMs: number): string => `took ${formatDuration(elapsedMs)}`;
export const describeRunTitle = (run: Pick<SetupRun, 'title'>): string => `Setup: ${run.title}`;

/** Who notices that a unit restarts; null = nobody is known to. */
export function describeAffected(
  unit: string,
  o: { readonly runningJobs: number | null; readonly pendingJobs: number | null; readonly requiredBy: readonly string[] },
): string | null {
  const name = unit.replace(/\.service$/, '');
  const needed =
    o.requiredBy.length === 0 ? '' : ` ${o.requiredBy.join(', ')} ${o.requiredBy.length === 1 ? 'restarts' : 'restart'} with it.`;
  if (name === 'invokeai') {
    const jobs =
      o.runningJobs === null ? '' : o.runningJobs === 0 ? ' No job is running.' : ` ${count(o.runningJobs, 'running job')} will be lost.`;
    const waiting = o.pendingJobs === null || o.pendingJobs === 0 ? '' : ` ${count(o.pendingJobs, 'job')} waiting.`;
    return `${name}: image generation pauses until it has started.${jobs}${waiting}${needed}`;
  }
  if (name === 'comfyui') return `${name}: image generation pauses until it has started; a running job will be lost.${needed}`;
  if (name === 'nginx' || name.includes('images-shim')) return `${name}: image requests via the gateway fail until it responds.${needed}`;
  return needed === '' ? null : `${name}:${needed}`;
}
