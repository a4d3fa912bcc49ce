// biome-ignore-all lint/style/noExcessiveLinesPerFile: all strings of the services, to be read as a whole
import type { ActionProgress, ServiceRun, ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { capitalised, describeAction } from '../../../shared/diagnosis/text.ts';
import type { Link } from '../../../shared/diagnosis/types.ts';
import { formatClock, formatDateTime, formatDuration, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import { lookup } from '../../../shared/lookup.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

/** Strings of the services. */
export const TEXT = {
  title: 'Services',
  refresh: 'Refresh',
  retry: 'Retry',
  loading: 'Loading…',
  updated: 'updated',
  pin: 'Pin services…',
  nonePinned: 'No services pinned yet',
  nonePinnedBody:
    'Pinned services appear here with their state, memory and VRAM. InvokeAI, ComfyUI, Ollama, nginx and the images shim are listed automatically where they are installed.',
  notConnected: 'Not connected',
  lastKnown: 'Not connected, showing last known states',
  service: 'Service',
  state: 'State',
  vram: 'VRAM',
  memory: 'Memory',
  cpu: 'CPU',
  ofOneCore: 'of one core',
  restarts: 'Restarts',
  mainPid: 'Main PID',
  atBoot: 'At boot',
  lastResult: 'Last result',
  actions: 'Actions',
  showLogs: 'Show logs',
  moveUp: 'Move up',
  moveDown: 'Move down',
  unpin: 'Unpin',
  alwaysListed: 'Always listed',
  details: 'Details',
  copyName: 'Copy name',
  sorted: 'The table is sorted',
  actionInProgress: 'Another action is in progress',
  masked: 'Masked',
  notInstalled: 'Not installed',
  alreadyRunning: 'Already running',
  notRunning: 'Not running',
  notFailed: 'Not failed',
  alreadyEnabled: 'Already enabled',
  notEnabled: 'Not enabled',
  cannotEnable: 'Its unit file has no [Install] section',
  waitingForSudo: 'Waiting for sudo',
  passwordPrompt: 'password prompt is open',
  showError: 'Show error',
  dismiss: 'Dismiss',
  closeDetails: 'Close details',
  openInLogs: 'Open in Logs',
  lastLines: 'Last log lines',
  lastError: 'Last error:',
  lastLine: 'Last line:',
  lastLinesOfRun: 'Last log lines of the failed run',
  noLines: 'No log entries',
  noLinesYet: 'No log lines yet',
  linesOfStart: 'Log of the start',
  close: 'Close',
  runs: 'Starts and stops',
  noRuns: 'No starts in the journal',
  twoDaysAgo: '48 h ago',
  now: 'now',
  since: 'Since',
  startsAtBoot: 'Starts at boot',
  none: 'none',
  tasks: 'Tasks',
  type: 'Type',
  requiredBy: 'Required by',
  unitFile: 'Unit file',
  invocation: 'Invocation ID',
  unitFileChanged: 'The unit file changed on disk. Run “systemctl daemon-reload” on the host to apply it.',
  searchServices: 'Search services',
  searchPlaceholder: 'Name or description',
  loadingServices: 'Loading services…',
  alwaysListedNote: 'always listed',
  sudoTitle: 'Sudo access',
  sudoBody:
    'A short sudo rule lets your user run exactly these systemctl commands as root without a password. It is optional: without it, the panel prompts for the password and remembers it for the time set in',
  settings: 'Settings',
  reviewRule: 'Review sudo rule',
} as const;

export const describeNotConnected = (host: string): string => `Services on ${host} appear here once it is connected.`;
export const describePinDialog = (host: string): string => `Pin services on ${host}`;
export const describeNoMatch = (typed: string): string => `No services match “${typed}”.`;
export const describeFound = (count: number, shown: number): string =>
  count > shown ? `First ${shown} of ${count} services. Search to narrow the list.` : count === 1 ? '1 service' : `${count} services`;
export const describeMore = (unit: string): string => `More actions for ${unit}`;
/** "Start invokeai and the shim"; the units in the order of their starts. */
export const describeStartWith = ([unit = '', ...also]: readonly string[]): string =>
  describeAction({ kind: 'service', unit, verb: 'start', also });
export const describeUnpinned = (unit: string): string => `Unpinned ${unit}`;
export const describePinned = (unit: string): string => `Pinned ${unit}`;
export const describeDetails = (unit: string): string => `Details of ${unit}`;
export const describeCpu = (unit: ServiceUnit): string =>
  `${formatPercent(unit.cpuPercent)} ${TEXT.ofOneCore}, ${describeCpuTime(unit.cpuUsageNs)} in total`;

/** CPU time since the start of the unit; `–` when the host does not count it. */
function describeCpuTime(cpuUsageNs: number | null): string {
  return cpuUsageNs === null ? UNKNOWN : formatDuration(cpuUsageNs / 1e6);
}

/** The age of the unit's state by the host's clock (`hostNowMs`); `–` = unknown. */
export function describeSince(unit: ServiceUnit, hostNowMs: number): string {
  const at = unit.activeState === 'active' ? (unit.activeEnteredAt ?? unit.stateChangedAt) : unit.stateChangedAt;
  if (at === null) return UNKNOWN;
  const elapsedMs = hostNowMs - at;
  return elapsedMs < 1000 ? '0 s' : formatDuration(elapsedMs);
}

const BOOT: Readonly<Record<string, string>> = {
  enabled: 'Yes',
  'enabled-runtime': 'Until reboot',
  disabled: 'No',
  static: 'By other units',
  alias: 'By alias',
  indirect: 'By other units',
  generated: 'Generated',
  linked: 'No',
  masked: 'Masked',
  'masked-runtime': 'Masked',
};

/** Whether the unit starts at boot, from UnitFileState (systemctl(1), is-enabled); other states as systemd names them. */
export function describeBoot(unitFileState: string): string {
  return unitFileState === '' ? UNKNOWN : (lookup(BOOT, unitFileState) ?? unitFileState);
}

const RESULTS: Readonly<Record<string, string>> = {
  success: 'Success',
  'exit-code': 'Exited with an error',
  signal: 'Killed',
  'core-dump': 'Crashed',
  timeout: 'Timed out',
  watchdog: 'Watchdog timeout',
  'start-limit-hit': 'Start limit reached',
  'oom-kill': 'Out of memory',
  resources: 'Resource limit',
  protocol: 'Protocol error',
};

/** How the last run ended, from Result and ExecMainStatus (systemd.service(5)). */
export function describeLastResult({ result, execMainStatus: status }: Pick<ServiceUnit, 'result' | 'execMainStatus'>): string {
  const word = lookup(RESULTS, result) ?? (result === '' ? UNKNOWN : result);
  if (status === null) return word;
  if (result === 'exit-code') return `Exited with status ${status}`;
  return result === 'signal' || result === 'core-dump' ? `${word} by signal ${status}` : word;
}

interface VerbText {
  readonly label: string;
  readonly doing: string;
  readonly done: string;
}

export const VERB_TEXT: Readonly<Record<Verb, VerbText>> = {
  start: { label: 'Start', doing: 'Starting', done: 'Started' },
  stop: { label: 'Stop', doing: 'Stopping', done: 'Stopped' },
  restart: { label: 'Restart', doing: 'Restarting', done: 'Restarted' },
  enable: { label: 'Enable at boot', doing: 'Enabling', done: 'Enabled at boot' },
  disable: { label: 'Disable at boot', doing: 'Disabling', done: 'Disabled at boot' },
  'reset-failed': { label: 'Reset failed state', doing: 'Resetting', done: 'Failed state reset' },
};

export const describeRequested = (verb: Verb): string => `${VERB_TEXT[verb].label} requested`;

/** A state with its tone. */
export interface UnitText {
  readonly tone: Tone;
  readonly word: string;
}

/** The progress of an action. `nowMs` by this computer's clock. */
export function describeProgress(action: ActionProgress, nowMs: number): UnitText {
  const { label, doing, done } = VERB_TEXT[action.verb];
  switch (action.kind) {
    case 'asking-sudo':
      return { tone: 'busy', word: TEXT.waitingForSudo };
    case 'running':
      return { tone: 'busy', word: `${doing} · ${formatDuration(Math.max(0, nowMs - action.startedAt))}` };
    case 'done':
      return { tone: 'good', word: `${done} in ${formatDuration(action.elapsedMs)}` };
    case 'failed':
      return { tone: 'bad', word: `${label} failed` };
  }
}

/** The state of a unit: systemd's, unless the unit runs and its program does not respond. */
export function describeUnit(unit: ServiceUnit, links: readonly Link[]): UnitText {
  const link = links.find((known) => known.unit === unit.name);
  const isRunning = unit.activeState === 'active' && link !== undefined;
  if (!isRunning || (link.severity !== 'critical' && link.severity !== 'warning'))
    return { tone: unit.verdict.tone, word: capitalised(unit.verdict.word) };
  return { tone: toneOf(link.severity), word: `${link.state} ${link.fact}`.trim() };
}

/** The state of a unit of a host that is not connected. */
export const describeLastSeen = ({ verdict }: ServiceUnit): string => `Last seen ${verdict.word}`;

/** The reason of a state, or its sub-state. A masked unit has the time of its stop, not of its masking. */
export function describeReason({ verdict, loadState, activeState, subState }: ServiceUnit, since: string): string {
  const why = verdict.why === null ? null : capitalised(verdict.why);
  if (since === UNKNOWN || loadState === 'masked') return why ?? `${activeState} (${subState})`;
  return why === null ? `for ${since}` : `${why} · for ${since}`;
}

/** "4 of 5 running; failed: comfyui". */
export function describeUnits(units: readonly ServiceUnit[], links: readonly Link[]): UnitText {
  const named = (list: readonly ServiceUnit[]) => list.map((unit) => shortUnitName(unit.name)).join(', ');
  const of = (tone: Tone) => units.filter((unit) => describeUnit(unit, links).tone === tone);
  const failed = of('bad').filter((unit) => unit.verdict.tone === 'bad');
  const silent = of('bad').filter((unit) => unit.verdict.tone !== 'bad');
  const warned = of('warning');
  const running = units.filter((unit) => unit.activeState === 'active').length;
  const start = `${running} of ${units.length} running`;
  if (failed.length > 0) return { tone: 'bad', word: `${start}; failed: ${named(failed)}` };
  if (silent.length > 0) return { tone: 'bad', word: `${start}; not working: ${named(silent)}` };
  if (warned.length > 0) return { tone: 'warning', word: `${start}; warning: ${named(warned)}` };
  return { tone: 'good', word: start };
}

/** Whether sudo needs a password; null = unknown. */
export function describeSudo(sudoWithoutPassword: boolean | null): UnitText {
  if (sudoWithoutPassword === null) return { tone: 'unknown', word: 'Unknown' };
  return sudoWithoutPassword ? { tone: 'good', word: 'No password required' } : { tone: 'off', word: 'Password required' };
}

export const describeRunTitle = (verb: Verb, unit: string): string => `${VERB_TEXT[verb].label} of ${unit}`;
export const describeFailed = (unit: string): string => `Why ${unit} failed`;

/** "The shim was stopped along with invokeai." in the names of units. */
export const describeStoppedAlong = (units: readonly string[], cause: string): string =>
  `${units.join(', ')} ${units.length === 1 ? 'is' : 'are'} stopped; ${units.length === 1 ? 'it depends' : 'they depend'} on ${cause}`;

/** How often systemd restarted the unit by itself (NRestarts). */
export function describeRestarts(restarts: number | null): string {
  if (restarts === null) return 'Automatic restarts: not reported by this systemd';
  return restarts === 0
    ? 'No automatic restart since the last manual start'
    : `${restarts} automatic ${restarts === 1 ? 'restart' : 'restarts'} since the last manual start`;
}

/** `2026-11-22 14:02:31`. */
export const describeStartedAt = ({ startedAt }: ServiceRun): string =>
  `${formatDateTime(startedAt).slice(0, 10)} ${formatClock(startedAt)}`;
export const describeRunStart = (run: ServiceRun): string => `Logs of the start at ${describeStartedAt(run)}`;

const CAUSES: Readonly<Record<ServiceRun['cause'], string>> = {
  panel: 'started from this panel',
  systemd: 'restarted by systemd after a failure',
  boot: 'first start after a boot',
  unknown: 'started outside this panel session',
};
export const describeCause = ({ cause }: ServiceRun): string => CAUSES[cause];

/** "ran 3 h, failed: exited with status 1". */
export function describeEnding({ ending, startedAt, endedAt, why }: ServiceRun): string {
  const ran = endedAt === null ? null : `ran ${formatDuration(endedAt - startedAt)}`;
  switch (ending) {
    case 'running':
      return 'running';
    case 'failed':
      return `${ran ?? 'ran'}, failed${why === null ? '' : `: ${why}`}`;
    case 'stopped':
      return `${ran ?? 'ran'}, stopped`;
    case 'host-ended':
      return 'ended with the host';
    case 'unknown':
      return 'end unknown';
  }
}
