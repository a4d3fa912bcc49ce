import type { ActionProgress, ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import type { Link } from '../../../shared/diagnosis/types.ts';
import { formatDuration, UNKNOWN } from '../../../shared/format.ts';
import { lookup } from '../../../shared/lookup.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

export { shortUnitName as shortName } from '../../../shared/unit-names.ts';

/** How long the unit has been in its state; `hostNowMs` in host clock. `–` when the host did not say. */
export function sinceOf(unit: ServiceUnit, hostNowMs: number): string {
  const at = unit.activeState === 'active' ? (unit.activeEnteredAt ?? unit.stateChangedAt) : unit.stateChangedAt;
  if (at === null) return UNKNOWN;
  const elapsedMs = hostNowMs - at;
  return elapsedMs < 1000 ? '0 s' : formatDuration(elapsedMs);
}

const BOOT_WORDS: Readonly<Record<string, string>> = {
  enabled: 'yes',
  'enabled-runtime': 'until reboot',
  disabled: 'no',
  static: 'by others',
  alias: 'by alias',
  indirect: 'by others',
  generated: 'generated',
  linked: 'no',
  masked: 'masked',
  'masked-runtime': 'masked',
};

/** Whether it starts with the host, from UnitFileState (systemctl(1), is-enabled). */
export function bootWord(unitFileState: string): string {
  return unitFileState === '' ? UNKNOWN : (lookup(BOOT_WORDS, unitFileState) ?? unitFileState);
}

const RESULT_WORDS: Readonly<Record<string, string>> = {
  success: 'success',
  'exit-code': 'exited with an error',
  signal: 'killed by a signal',
  'core-dump': 'crashed',
  timeout: 'took too long',
  watchdog: 'stopped answering',
  'start-limit-hit': 'restarted too often',
  'oom-kill': 'out of memory',
  resources: 'no resources',
  protocol: 'broke its protocol',
};

/** How the last run ended, from Result, ExecMainCode (CLD_*: 1 exited, 2 killed, 3 dumped) and ExecMainStatus. */
export function resultWord(unit: ServiceUnit): string {
  const word = lookup(RESULT_WORDS, unit.result) ?? (unit.result === '' ? UNKNOWN : unit.result);
  if (unit.result === 'exit-code' && unit.execMainStatus !== null) return `${word}, status ${unit.execMainStatus}`;
  if ((unit.result === 'signal' || unit.result === 'core-dump') && unit.execMainStatus !== null) return `${word} ${unit.execMainStatus}`;
  return word;
}

interface VerbWords {
  readonly label: string;
  readonly doing: string;
  readonly done: string;
}

export const VERB_WORDS: Readonly<Record<Verb, VerbWords>> = {
  start: { label: 'Start', doing: 'Starting', done: 'Started' },
  stop: { label: 'Stop', doing: 'Stopping', done: 'Stopped' },
  restart: { label: 'Restart', doing: 'Restarting', done: 'Restarted' },
  enable: { label: 'Enable at boot', doing: 'Enabling', done: 'Enabled at boot' },
  disable: { label: 'Do not start at boot', doing: 'Disabling', done: 'No longer started at boot' },
  'reset-failed': { label: 'Clear the failed state', doing: 'Clearing', done: 'Failed state cleared' },
};

/** Verbs that take something away: the main process asks before them. */
export function isConfirmed(verb: Verb): boolean {
  return verb === 'stop' || verb === 'restart' || verb === 'disable';
}

/** Which verbs make sense for a unit in this state. */
export function offers(unit: ServiceUnit, verb: Verb): boolean {
  const isThere = unit.loadState === 'loaded';
  const isRunning = ['active', 'activating', 'reloading', 'deactivating'].includes(unit.activeState);
  switch (verb) {
    case 'start':
      return isThere && !isRunning;
    case 'stop':
    case 'restart':
      return isThere && isRunning;
    case 'enable':
      return isThere && ['disabled', 'linked', 'enabled-runtime', 'indirect'].includes(unit.unitFileState);
    case 'disable':
      return isThere && unit.unitFileState.startsWith('enabled');
    case 'reset-failed':
      return unit.activeState === 'failed' || unit.result === 'start-limit-hit';
  }
}

/** What an action says in its row. `nowMs` in laptop clock. */
export function actionWord(action: ActionProgress, nowMs: number): { readonly tone: Tone; readonly word: string } {
  const words = VERB_WORDS[action.verb];
  switch (action.kind) {
    case 'asking-sudo':
      return { tone: 'busy', word: 'Waiting for sudo' };
    case 'running':
      return { tone: 'busy', word: `${words.doing} · ${formatDuration(Math.max(0, nowMs - action.startedAt))}` };
    case 'done':
      return { tone: 'good', word: `${words.done} in ${formatDuration(action.elapsedMs)}` };
    case 'failed':
      return { tone: 'bad', word: `${words.label} failed` };
  }
}

/** The list with one unit moved by one place; the same order when it cannot move. */
export function moved(units: readonly string[], unit: string, by: -1 | 1): readonly string[] {
  const from = units.indexOf(unit);
  const other = units[from + by];
  if (from === -1 || other === undefined) return units;
  return units.map((name, at) => (at === from ? other : at === from + by ? unit : name));
}

export interface UnitWords {
  readonly tone: Tone;
  readonly word: string;
}

/** How a unit is: as systemd reports it, unless it runs and its program does not do its work. */
export function unitWords(unit: ServiceUnit, links: readonly Link[]): UnitWords {
  const link = links.find((known) => known.unit === unit.name);
  const isRunning = unit.activeState === 'active' && link !== undefined;
  if (!isRunning || (link.severity !== 'critical' && link.severity !== 'warning')) return unit.verdict;
  return { tone: toneOf(link.severity), word: `${link.state} ${link.fact}`.trim() };
}

/** "4 of 5 running; failed: comfyui", for the page's line of state. */
export function summaryOf(units: readonly ServiceUnit[], links: readonly Link[]): UnitWords {
  const named = (list: readonly ServiceUnit[]) => list.map((unit) => shortUnitName(unit.name)).join(', ');
  const of = (tone: Tone) => units.filter((unit) => unitWords(unit, links).tone === tone);
  const failed = of('bad').filter((unit) => unit.verdict.tone === 'bad');
  const silent = of('bad').filter((unit) => unit.verdict.tone !== 'bad');
  const warned = of('warning');
  const running = units.filter((unit) => unit.activeState === 'active').length;
  const start = `${running} of ${units.length} running`;
  if (failed.length > 0) return { tone: 'bad', word: `${start}; failed: ${named(failed)}` };
  if (silent.length > 0) return { tone: 'bad', word: `${start}; not working: ${named(silent)}` };
  if (warned.length > 0) return { tone: 'warning', word: `${start}; check ${named(warned)}` };
  return { tone: 'good', word: start };
}
