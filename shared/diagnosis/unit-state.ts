import type { ActionProgress, ServiceUnit } from '../capabilities/services/contract.ts';
import { hasCode } from '../errors.ts';
import { formatClock, formatDurationShort } from '../format.ts';
import { ANSWER_STALE_MS, type Answer } from './answers.ts';
import { capitalised, STATES } from './text.ts';
import type { Link, Snapshot } from './types.ts';

/** The state of a service from systemd and from the replies of its program. */
export interface UnitState extends Pick<Link, 'severity' | 'state' | 'fact' | 'since'> {
  /** The unit runs, but its program does not respond, so that a restart may help. */
  readonly isHanging: boolean;
}

type Answered = Extract<Answer, { kind: 'known' }>;

const DOING: Readonly<Record<ActionProgress['verb'], string>> = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  enable: 'Enabling',
  disable: 'Disabling',
  'reset-failed': 'Resetting',
};

/** A reply this long after the stop of a unit comes from a program outside the unit. */
const STOP_SETTLES_MS = 5_000;

const isFresh = (answer: Answered, nowMs: number): boolean => nowMs - answer.at <= ANSWER_STALE_MS;

/** The program's reply, unless it is stale or an error. */
function replyOf(answer: Answer, nowMs: number): Answered | null {
  if (answer.kind === 'none' || !isFresh(answer, nowMs)) return null;
  return answer.outcome === 'responding' || answer.outcome === 'not-ready' ? answer : null;
}

/**
 * The state of the unit of one link on a connected host. A running unit is good only while its program replies, which may take
 * `startupMs` after its start.
 */
export function stateOfUnit(
  unit: ServiceUnit | undefined,
  answer: Answer,
  { snapshot, startupMs }: { readonly snapshot: Snapshot; readonly startupMs: number },
): UnitState {
  const { services, nowMs } = snapshot;
  const reply = replyOf(answer, nowMs);
  const plain = { fact: '', since: null, isHanging: false } as const;
  if (services.takenAt === null) {
    const isAbsent = hasCode(services.error, 'systemd-absent');
    if (reply !== null) return { ...stateOfReply(reply, null), fact: isAbsent ? 'no systemd service' : `on ${answer.address}` };
    if (services.error === null) return { ...plain, severity: 'pending', state: STATES.loading };
    if (isAbsent) return { ...plain, severity: 'unknown', state: STATES.noSystemd };
    return { ...plain, severity: 'unknown', state: STATES.unknown, fact: 'systemd not responding' };
  }
  if (unit === undefined || unit.loadState === 'not-found') {
    // A program that was started by hand or in a container has no unit.
    if (reply !== null) return { ...stateOfReply(reply, null), fact: 'no systemd service' };
    return { ...plain, severity: 'off', state: STATES.notSetUp, fact: 'no such service' };
  }
  const changedAt = onThisClock(unit.stateChangedAt, snapshot);
  const action = runningAction(unit, snapshot);
  if (action !== null) return { ...plain, severity: 'pending', state: DOING[action.verb], since: action.startedAt };
  const word = capitalised(unit.verdict.word);
  if (unit.activeState === 'active') return stateOfRunning(unit, answer, { snapshot, startupMs });
  if (reply !== null && (changedAt === null || reply.at > changedAt + STOP_SETTLES_MS)) {
    return { ...stateOfReply(reply, null), fact: 'outside its systemd service' };
  }
  if (services.error !== null) return { ...plain, severity: 'stale', state: word, fact: `as of ${formatClock(services.takenAt)}` };
  const since = { since: changedAt, fact: changedAt === null ? '' : `for ${formatDurationShort(nowMs - changedAt)}` };
  switch (unit.verdict.tone) {
    case 'bad':
      return { ...plain, ...since, severity: 'critical', state: word };
    case 'warning':
      return { ...plain, ...since, severity: 'warning', state: word };
    case 'busy':
      return { ...plain, ...since, severity: 'pending', state: word };
    case 'off':
      return { ...plain, ...since, severity: 'off', state: word };
    default:
      return { ...plain, ...since, severity: 'unknown', state: word };
  }
}

function stateOfRunning(
  unit: ServiceUnit,
  answer: Answer,
  { snapshot, startupMs }: { readonly snapshot: Snapshot; readonly startupMs: number },
): UnitState {
  const { nowMs } = snapshot;
  const startedAt = onThisClock(unit.activeEnteredAt ?? unit.stateChangedAt, snapshot);
  const base = { since: startedAt, isHanging: false } as const;
  if (answer.kind === 'none') return { ...base, severity: 'pending', state: STATES.running, fact: `checking ${answer.address}` };
  if (!isFresh(answer, nowMs)) {
    return { ...base, severity: 'stale', state: STATES.running, fact: `last checked ${formatClock(answer.at)}` };
  }
  if (answer.outcome === 'not-checked')
    return { ...base, severity: 'unknown', state: STATES.running, fact: `${answer.address} not checked` };
  if (answer.outcome === 'responding') {
    const fact = startedAt === null ? `on ${answer.address}` : `for ${formatDurationShort(nowMs - startedAt)}`;
    return { ...base, severity: 'ok', state: STATES.running, fact };
  }
  if (startedAt !== null && nowMs - startedAt < startupMs) {
    return { ...base, severity: 'pending', state: DOING.start, fact: `not responding on ${answer.address} yet` };
  }
  return stateOfReply(answer, startedAt);
}

/** `startedAt` limits the time without a reply to the run time of the program. */
function stateOfReply(answer: Answered, startedAt: number | null): UnitState {
  const since = answer.since === null ? null : Math.max(answer.since, startedAt ?? 0);
  const forHow = since === null ? '' : ` for ${formatDurationShort(answer.at - since)}`;
  const base = { since, isHanging: false, fact: `on ${answer.address}` } as const;
  switch (answer.outcome) {
    case 'responding':
      return { ...base, severity: 'ok', state: STATES.responding };
    case 'not-ready':
      return { ...base, severity: 'critical', state: STATES.notReady };
    case 'wrong-program':
      return { ...base, severity: 'critical', state: STATES.wrongProgram };
    default:
      return { ...base, severity: 'critical', state: STATES.notResponding, fact: `on ${answer.address}${forHow}`, isHanging: true };
  }
}

/** A time of the host's clock by this computer's clock. */
export function onThisClock(hostMs: number | null, { facts }: Snapshot): number | null {
  return hostMs === null ? null : hostMs - (facts?.clockOffsetMs ?? 0);
}

export function runningAction(unit: ServiceUnit, { actions }: Snapshot): ActionProgress | null {
  return actions.find((action) => action.unit === unit.name && (action.kind === 'running' || action.kind === 'asking-sudo')) ?? null;
}
