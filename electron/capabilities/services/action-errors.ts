import type { Verb } from '../../../shared/capabilities/services/contract.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import type { ExecResult } from '../../foundation/ssh/transport.ts';
import { unitMaskedError, unitNotFoundError } from './errors.ts';
import { explainResult } from './exit-words.ts';
import type { ShownUnit } from './show-parser.ts';

/** A start that did not hold. The reason comes from Result, exit status and, in the detail, the run's last log lines. */
export function startFailedError(unit: string, shown: ShownUnit, lastLines: readonly string[], stderr: string): PanelException {
  const why = explainResult(shown) ?? 'it ended again right after its start';
  const hint =
    shown.result === 'start-limit-hit'
      ? 'Reset the failure, remove its cause, then start it again.'
      : 'Read its last log lines below; remove the cause, then start it again.';
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
    hint: 'systemd goes on trying. Look at its log; wait, or stop it.',
    retryable: true,
    layer: 'systemd',
  });
}

export const actionTimeoutError = (unit: string, verb: Verb, limitMs: number): PanelException =>
  panelError({
    code: 'service-action-timeout',
    message: `"${verb}" of ${unit} has not ended after ${Math.round(limitMs / 1000)} s.`,
    hint: 'systemd goes on with it. Look at the log of the service.',
    retryable: true,
    layer: 'systemd',
  });

export const actionSupersededError = (unit: string, verb: Verb): PanelException =>
  panelError({
    code: 'service-action-superseded',
    message: `The ${verb} of ${unit} was given up, because it was told to stop.`,
    hint: 'Nothing to do; start it again when you want it.',
    layer: 'systemd',
    retryable: false,
  });

export const unitBusyError = (unit: string, verb: Verb): PanelException =>
  panelError({
    code: 'service-busy',
    message: `${unit} is still busy with "${verb}".`,
    hint: 'Wait until it has ended. A start that does not end can be stopped.',
    retryable: true,
    layer: 'systemd',
  });

/** The host does not show what the verb should have brought about. Codes: unit-not-found, unit-masked, service-action-failed. */
export function actionFailedError(unit: string, verb: Verb, shown: ShownUnit | null, answer: ExecResult | null): PanelException {
  const stderr = answer?.stderr ?? '';
  if (/is masked/i.test(stderr)) return unitMaskedError(unit);
  if (answer?.exitCode === 5 || /unit \S+ (?:not found|could not be found|does not exist)/i.test(stderr)) return unitNotFoundError(unit);
  const state = shown === null ? '' : ` The host says: ${shown.activeState}/${shown.subState}, ${shown.unitFileState || 'no unit file'}.`;
  const isStatic = verb === 'enable' && (shown?.unitFileState === 'static' || shown?.unitFileState === 'indirect');
  return panelError({
    code: 'service-action-failed',
    message: `"${verb}" of ${unit} did not work.${state}`,
    hint: isStatic
      ? 'Its unit file has no [Install] section: add WantedBy=multi-user.target to it, then enable it.'
      : 'Copy the details to see what systemctl said; its log may say more.',
    retryable: true,
    detail: stderr,
    layer: 'systemd',
  });
}

export const actionAbandonedError = (): PanelException =>
  panelError({
    code: 'service-action-abandoned',
    message: 'The panel left this host while the action was under way.',
    hint: 'systemd goes on with it. Connect again to see what came of it.',
    retryable: true,
    layer: 'systemd',
  });
