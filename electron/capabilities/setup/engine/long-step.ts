import { HOST_SCRIPTS, RECORD_SEPARATOR, scriptArgv } from '../../../../shared/host-scripts/index.ts';
import { SETUP_UNIT_PREFIX } from '../../../../shared/host-scripts/setup.ts';
import { plainLines } from '../../../../shared/plain-text.ts';
import { redactSecrets } from '../../../../shared/redact.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { setupCancelledError, setupStepFailedError } from '../errors.ts';
import { sha256 } from './plan-files.ts';
import type { Action, LongScript } from './resources.ts';

type LongAction = Extract<Action, { kind: 'long' }>;

const FOLLOW_SECONDS = 15;
/** Longer than a dead link takes to be noticed. */
const COMMAND_TIMEOUT_MS = 90_000;
const LAST_LINES = 40;

/** Scripts whose first argument is the folder that they write to. */
const PLACES: ReadonlySet<LongScript> = new Set(['environment', 'checkout']);

const SCRIPTS = {
  packages: HOST_SCRIPTS.setupPackages,
  'packages-absent': HOST_SCRIPTS.setupPackagesAbsent,
  environment: HOST_SCRIPTS.setupEnvironment,
  checkout: HOST_SCRIPTS.setupCheckout,
} as const satisfies Record<LongScript, unknown>;

/** The transient unit of a long step: the same step has the same name, so that a run which comes back finds it. */
export function longStepUnit(action: LongAction): string {
  return `${unitFamily(action)}${sha256(JSON.stringify([action.subject, action.user])).slice(0, 12)}.service`;
}

/** First part of the names of units that write to the same place; packages have one place, and apt's own lock. */
function unitFamily({ script, subject: [place = ''] }: LongAction): string {
  const first = `${SETUP_UNIT_PREFIX}${script}-`;
  return PLACES.has(script) ? `${first}${sha256(place).slice(0, 8)}-` : first;
}

/** The command that starts it; systemd replaces `$` in arguments (systemd.service(5), "Command lines"). */
function startLongStepArgv(action: LongAction): readonly string[] {
  const args = action.args.map((arg) => arg.replaceAll('$', '$$$$'));
  return scriptArgv(HOST_SCRIPTS.setupStart, longStepUnit(action), action.user, SCRIPTS[action.script].text, ...args);
}

/** The command as the plan shows it. */
export function describeLongStep(action: LongAction): readonly string[] {
  return ['systemd-run', `--unit=${longStepUnit(action)}`, `--uid=${action.user}`, '/bin/sh', SCRIPTS[action.script].name, ...action.args];
}

/** What the follow script prints: lines, the journal's cursor, and the unit's state. */
export interface Followed {
  readonly lines: readonly string[];
  readonly cursor: string | null;
  readonly state: 'running' | 'done' | 'failed' | 'gone';
  readonly exitStatus: number | null;
}

const CURSOR_LINE = /^-- cursor: ([A-Za-z0-9=;]{1,400})$/;

/** Reads the output of the follow script (docstring of `setupFollow`). */
export function parseFollowed(output: string): Followed {
  const [text = '', tail = ''] = output.split(`${RECORD_SEPARATOR}\n`);
  const lines: string[] = [];
  let cursor: string | null = null;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const found = CURSOR_LINE.exec(line.slice(0, 500))?.[1];
    if (found !== undefined) cursor = found;
    else if (line !== '') lines.push(redactSecrets(plainLines(line, 2000)));
  }
  const properties = new Map(
    tail.split('\n').map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { lines, cursor, state: stateOf(properties), exitStatus: readStatus(properties.get('ExecMainStatus')) };
}

function stateOf(properties: ReadonlyMap<string, string>): Followed['state'] {
  if (properties.get('LoadState') !== 'loaded') return 'gone';
  if (properties.get('ActiveState') === 'failed' || properties.get('Result') !== 'success') return 'failed';
  if (properties.get('SubState') === 'exited') return 'done';
  return properties.get('ActiveState') === 'inactive' ? 'gone' : 'running';
}

const readStatus = (text: string | undefined): number | null => (text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null);

/**
 * Runs a long step to its end, or follows it where it runs already. Throws setup-step-failed with the last lines, setup-cancelled after its unit was
 * stopped, and what exec throws.
 */
export async function runLongStep(
  transport: Pick<Transport, 'exec'>,
  action: LongAction,
  o: { readonly signal: AbortSignal; readonly onLines: (lines: readonly string[]) => void },
): Promise<void> {
  const unit = longStepUnit(action);
  const root = { purpose: 'run a step of the setup' };
  const follow = async (cursor: string | null, seconds: number): Promise<Followed> => {
    const argv = scriptArgv(HOST_SCRIPTS.setupFollow, unit, cursor ?? '-', String(seconds));
    return parseFollowed((await transport.exec(argv, { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS })).stdout);
  };
  const forget = async (): Promise<void> => {
    await transport.exec(['systemctl', 'stop', '--', unit], { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
    await transport.exec(['systemctl', 'reset-failed', '--', unit], { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
  };
  const last: string[] = [];
  const present = await follow(null, 0);
  let cursor: string | null = null;
  if (present.state === 'done' || present.state === 'failed') await forget();
  if (present.state !== 'running') {
    // Lines of an earlier try end at this cursor.
    cursor = present.cursor;
    // Of another plan for the same place, which nobody follows any more.
    if (PLACES.has(action.script)) {
      const others = ['systemctl', 'stop', '--', `${unitFamily(action)}*.service`];
      await transport.exec(others, { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
    }
    const started = await transport.exec(startLongStepArgv(action), { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
    if (started.exitCode !== 0) throw setupStepFailedError('Could not start a step as a unit of systemd.', started.stderr);
  }
  for (;;) {
    if (o.signal.aborted) {
      await forget();
      throw setupCancelledError();
    }
    const followed = await follow(cursor, FOLLOW_SECONDS);
    cursor = followed.cursor ?? cursor;
    if (followed.lines.length > 0) {
      last.push(...followed.lines);
      last.splice(0, last.length - LAST_LINES);
      o.onLines(followed.lines);
    }
    if (followed.state === 'running') continue;
    if (followed.state === 'done') return await forget();
    if (followed.state === 'failed') await forget();
    const how = followed.state === 'gone' ? 'It ended without a result.' : `It ended with status ${followed.exitStatus ?? 'unknown'}.`;
    throw setupStepFailedError(how, last.join('\n'));
  }
}

/** Removes units of long steps that ended while nobody followed them. Throws what exec throws. */
export async function forgetEndedLongSteps(transport: Pick<Transport, 'exec'>): Promise<void> {
  const root = { purpose: 'remove what is left of a step' };
  const listed = await transport.exec([
    ...['systemctl', 'list-units', '--all', '--plain', '--no-legend', '--no-pager', '--', `${SETUP_UNIT_PREFIX}*.service`],
  ]);
  const ended = listed.stdout
    .slice(0, 65_536)
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''))
    .filter(([name, , , sub]) => name?.startsWith(SETUP_UNIT_PREFIX) === true && (sub === 'exited' || sub === 'failed'))
    .map(([name = '']) => name);
  if (ended.length === 0) return;
  await transport.exec(['systemctl', 'stop', '--', ...ended], { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
  await transport.exec(['systemctl', 'reset-failed', '--', ...ended], { sudo: root, timeoutMs: COMMAND_TIMEOUT_MS });
}
