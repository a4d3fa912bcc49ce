import type { ActionProgress, Verb } from '../../../shared/capabilities/services/contract.ts';
import type { PanelError } from '../../../shared/errors.ts';
import { hasCode, toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { ExecResult, Transport } from '../../foundation/ssh/transport.ts';
import { pause } from '../../foundation/timing/pause.ts';
import { actionFailedError, actionTimeoutError, startFailedError, startTimeoutError } from './action-errors.ts';
import { unitMaskedError, unitNotFoundError } from './errors.ts';
import { readUnit } from './reader.ts';
import { lastLinesOfRun } from './run-lines.ts';
import type { ShownUnit } from './show-parser.ts';

const POLL_MS = 400;
/** systemd reports a Type=simple unit as started at fork; its program may still fail within this time. */
const SETTLE_MS = 2_000;
/** systemd's own default is 90 s for a start and for a stop (systemd-system.conf(5)). */
export const ACTION_TIMEOUT_MS = 100_000;
const COMMAND_GRACE_MS = 30_000;

export interface ActionRun {
  readonly transport: Transport;
  readonly unit: string;
  readonly verb: Verb;
  readonly actionId: string;
  readonly emit: (progress: ActionProgress) => void;
  readonly now: () => number;
  /** Aborted with a PanelException when another action replaces this one. */
  readonly signal: AbortSignal;
  readonly limitMs?: number;
}

type Outcome = { readonly answer: ExecResult } | { readonly error: unknown };

/**
 * Runs one verb as root and follows the unit until it reaches the target state. Emits ActionProgress; the last event is `done` or
 * `failed`. Never rejects.
 */
export async function runAction(o: ActionRun): Promise<void> {
  const startedAt = o.now();
  const begunMs = monotonicMs();
  const about = { actionId: o.actionId, unit: o.unit, verb: o.verb, startedAt };
  const fail = (error: PanelError, lastLines: readonly string[]): void =>
    o.emit({ kind: 'failed', ...about, elapsedMs: Math.round(monotonicMs() - begunMs), error, lastLines: [...lastLines] });
  try {
    const after = await perform(o, startedAt);
    o.emit({
      kind: 'done',
      ...about,
      elapsedMs: Math.round(monotonicMs() - begunMs),
      activeState: after.activeState,
      subState: after.subState,
    });
  } catch (thrown) {
    if (thrown instanceof FailedStart) {
      const lastLines = await lastLinesOfRun({ transport: o.transport, unit: o.unit, invocationId: thrown.invocationId });
      fail(startFailedError(o.unit, thrown.shown, lastLines, thrown.stderr).panelError, lastLines);
    } else fail(toPanelError(thrown), []);
  }
}

class FailedStart extends Error {
  readonly shown: ShownUnit;
  readonly stderr: string;
  /** Null when the failed start has no invocation. */
  readonly invocationId: string | null;

  constructor(shown: ShownUnit, stderr: string, before: ShownUnit) {
    super('failed start');
    this.shown = shown;
    this.stderr = stderr;
    this.invocationId = shown.invocationId === before.invocationId ? null : shown.invocationId;
  }
}

async function perform(o: ActionRun, startedAt: number): Promise<ShownUnit> {
  const { transport, unit, verb } = o;
  const before = await readUnit(transport, unit);
  if (before === null || (before.loadState === 'not-found' && before.activeState === 'inactive')) throw unitNotFoundError(unit);
  if (before.loadState === 'masked' && verb !== 'stop' && verb !== 'reset-failed' && verb !== 'disable') throw unitMaskedError(unit);
  const argv = ['/usr/bin/systemctl', verb, unit];
  const about = { actionId: o.actionId, unit, verb, startedAt };
  const mayRun = await transport.mayRunAsRoot(argv);
  o.signal.throwIfAborted();
  const limitMs = o.limitMs ?? ACTION_TIMEOUT_MS;
  // The time for the password does not count: the limit starts with the first change on the host.
  let changedAt = mayRun ? monotonicMs() : null;
  if (!mayRun) o.emit({ kind: 'asking-sudo', ...about });

  const ended: { outcome: Outcome | null } = { outcome: null };
  const command = transport.exec(argv, { sudo: { purpose: `${verb} ${unit}` }, timeoutMs: limitMs + COMMAND_GRACE_MS }).then(
    (answer) => {
      ended.outcome = { answer };
    },
    (error: unknown) => {
      ended.outcome = { error };
    },
  );
  let message = '';
  const report = (shown: ShownUnit): void => {
    const state = `${shown.activeState}/${shown.subState}`;
    if (state === message) return;
    message = state;
    o.emit({ kind: 'running', ...about, activeState: shown.activeState, subState: shown.subState });
  };
  while (ended.outcome === null) {
    const shown = await readUnit(transport, unit).catch(() => null);
    o.signal.throwIfAborted();
    if (shown !== null) {
      changedAt ??= hasChanged(before, shown) ? monotonicMs() : null;
      if (changedAt !== null) report(shown);
      if (changedAt !== null && monotonicMs() - changedAt >= limitMs && ended.outcome === null) {
        throw isStart(verb) ? startTimeoutError(unit, shown, limitMs) : actionTimeoutError(unit, verb, limitMs);
      }
    }
    await Promise.race([command, pause(POLL_MS, o.signal)]);
  }
  o.signal.throwIfAborted();
  if ('error' in ended.outcome) throw ended.outcome.error;
  return await verify(o, before, ended.outcome.answer, report);
}

const isStart = (verb: Verb): boolean => verb === 'start' || verb === 'restart';

const hasChanged = (before: ShownUnit, shown: ShownUnit): boolean =>
  shown.job !== null || shown.invocationId !== before.invocationId || shown.activeState !== before.activeState;

async function verify(o: ActionRun, before: ShownUnit, answer: ExecResult, report: (shown: ShownUnit) => void): Promise<ShownUnit> {
  const { unit, verb } = o;
  const shown = await readUnit(o.transport, unit);
  if (shown === null) throw actionFailedError(unit, verb, shown, answer);
  report(shown);
  if (isStart(verb)) {
    if (answer.exitCode === 0) return await settle(o, before, shown, report);
    const refusal = actionFailedError(unit, verb, shown, answer);
    throw hasCode(refusal.panelError, 'service-action-failed') && explains(shown) ? new FailedStart(shown, answer.stderr, before) : refusal;
  }
  const holds =
    verb === 'stop'
      ? shown.activeState === 'inactive' || shown.activeState === 'failed'
      : verb === 'enable'
        ? /^(?:enabled|alias)/.test(shown.unitFileState)
        : verb === 'disable'
          ? !shown.unitFileState.startsWith('enabled')
          : shown.activeState !== 'failed';
  if (answer.exitCode !== 0 || !holds) throw actionFailedError(unit, verb, shown, answer);
  return shown;
}

const explains = (shown: ShownUnit): boolean => shown.activeState === 'failed' || shown.subState.startsWith('auto-restart');

/** Watches a start until the unit has run for SETTLE_MS without a restart; a oneshot unit may also complete. */
async function settle(o: ActionRun, before: ShownUnit, first: ShownUnit, report: (shown: ShownUnit) => void): Promise<ShownUnit> {
  let shown = first;
  const { invocationId, restarts } = first;
  const until = monotonicMs() + SETTLE_MS;
  for (;;) {
    report(shown);
    if (shown.type === 'oneshot' && shown.activeState !== 'failed') return shown;
    const cameBack = shown.restarts !== restarts || (invocationId !== null && shown.invocationId !== invocationId);
    if (shown.activeState === 'failed' || shown.activeState === 'inactive' || shown.subState.startsWith('auto-restart') || cameBack) {
      throw new FailedStart(shown, '', before);
    }
    if (monotonicMs() >= until && shown.activeState === 'active') return shown;
    if (monotonicMs() >= until + (o.limitMs ?? ACTION_TIMEOUT_MS)) throw startTimeoutError(o.unit, shown, o.limitMs ?? ACTION_TIMEOUT_MS);
    await pause(POLL_MS, o.signal);
    o.signal.throwIfAborted();
    shown = (await readUnit(o.transport, o.unit)) ?? shown;
  }
}
