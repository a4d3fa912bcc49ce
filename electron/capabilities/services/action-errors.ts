import type { Verb } from '../../../shared/capabilities/services/contract.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import type { ExecResult } from '../../foundation/ssh/transport.ts';
import { unitMaskedError, unitNotFoundError } from './errors.ts';
import type { ShownUnit } from './show-parser.ts';
import { describeResult, REASONS, VERB_LABELS } from './text.ts';

/** A start that failed. The reason comes from Result and exit status; the detail has the last log lines of the run. */
export function startFailedError(unit: string, shown: ShownUnit, lastLines: readonly string[], stderr: string): PanelException {
  const why = describeResult(shown) ?? REASONS.startFailed;
  const hint =
    shown.result === 'start-limit-hit'
      ? 'Fix the cause, reset the failed state, then start again.'
      : 'Fix the cause, then start again; the last log lines are below.';
  return panelError({
    code: 'service-start-failed',
    message: `${unit} did not start: ${why}.`,
    hint,
    retryable: true,
    detail: [
      `Result=${shown.result} ExecMainCode=${shown.execMainCode ?? '?'} ExecMainStatus=${shown.execMainStatus ?? '?'}`,
      stderr.trim(),
      ...lastLines,
    ]
      .filter((line) => line !== '')
      .join('\n'),
    layer: 'systemd',
  });
}

export function startTimeoutError(unit: string, shown: ShownUnit, limitMs: number): PanelException {
  return panelError({
    code: 'service-start-timeout',
    message: `${unit} is still starting after ${Math.round(limitMs / 1000)} s (${shown.activeState}/${shown.subState}).`,
    hint: 'systemd keeps trying: wait, or stop it and see the logs.',
    retryable: true,
    layer: 'systemd',
  });
}

export const actionTimeoutError = (unit: string, verb: Verb, limitMs: number): PanelException =>
  panelError({
    code: 'service-action-timeout',
    message: `${unit}: ${verb} not completed after ${Math.round(limitMs / 1000)} s.`,
    hint: 'systemd continues in the background; see the logs.',
    retryable: true,
    layer: 'systemd',
  });

export const actionSupersededError = (unit: string, verb: Verb): PanelException =>
  panelError({
    code: 'service-action-superseded',
    message: `${unit}: ${verb} cancelled by a stop.`,
    hint: 'Start it again when needed.',
    layer: 'systemd',
    retryable: false,
  });

export const unitBusyError = (unit: string, verb: Verb): PanelException =>
  panelError({
    code: 'service-busy',
    message: `${unit} is busy: ${verb} in progress.`,
    hint: 'Wait until it completes, or stop the service if its start hangs.',
    retryable: true,
    layer: 'systemd',
  });

/** The unit is not in the state that the verb leads to. Codes: unit-not-found, unit-masked, service-action-failed. */
export function actionFailedError(unit: string, verb: Verb, shown: ShownUnit | null, answer: ExecResult | null): PanelException {
  const stderr = answer?.stderr ?? '';
  if (/is masked/i.test(stderr)) return unitMaskedError(unit);
  if (answer?.exitCode === 5 || /unit \S+ (?:not found|could not be found|does not exist)/i.test(stderr)) return unitNotFoundError(unit);
  const state = shown === null ? '' : ` (${shown.activeState}/${shown.subState}, ${shown.unitFileState || 'no unit file'})`;
  const isStatic = verb === 'enable' && (shown?.unitFileState === 'static' || shown?.unitFileState === 'indirect');
  return panelError({
    code: 'service-action-failed',
    message: `Could not ${VERB_LABELS[verb].toLowerCase()} ${unit}${state}.`,
    hint: isStatic
      ? 'Its unit file has no [Install] section: add one with WantedBy=multi-user.target, then enable it.'
      : 'Copy the details for the output of systemctl, or see the logs.',
    retryable: true,
    detail: stderr,
    layer: 'systemd',
  });
}

export const actionAbandonedError = (): PanelException =>
  panelError({
    code: 'service-action-abandoned',
    message: 'Disconnected from the host while the action was in progress.',
    hint: 'systemd completes it; reconnect to see the result.',
    retryable: true,
    layer: 'systemd',
  });
