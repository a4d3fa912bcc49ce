import { panelError } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { LockHolder } from './engine/lock-holder.ts';

export const setupStepFailedError = (message: string, detail: string) =>
  panelError({
    code: /No space left on device/.test(detail) ? 'setup-disk-full' : 'setup-step-failed',
    layer: 'host',
    message,
    hint: /No space left on device/.test(detail)
      ? 'Free disk space on the host, then resume.'
      : 'Review the output, fix the cause on the host, then resume.',
    retryable: true,
    detail,
  });

export const setupLockedError = (holder: LockHolder | null) =>
  panelError({
    code: 'setup-locked',
    layer: 'host',
    message: holder === null ? 'Another setup runs on this host.' : `Another setup runs on this host: ${holder.text}.`,
    hint:
      holder === null
        ? 'Wait until it ends, then try again.'
        : `Last active ${formatDuration(holder.ageS * 1000)} ago. Wait until it ends, or take over if its panel is gone.`,
    retryable: true,
    ...(holder === null ? {} : { facts: { token: holder.token, holder: holder.text, ageS: String(holder.ageS) } }),
  });

export const setupLockLostError = (holder: LockHolder | null) =>
  panelError({
    code: 'setup-lock-lost',
    layer: 'host',
    message: holder === null ? 'The lock of this setup is gone.' : `This setup was taken over: ${holder.text}.`,
    hint: 'Plan again to see what is left to do.',
    retryable: false,
  });

export const setupChangedError = (step: string) =>
  panelError({
    code: 'setup-changed',
    layer: 'host',
    message: `The host changed since the plan was shown (${step}); nothing more was done.`,
    hint: 'Review the new plan, then apply it.',
    retryable: false,
  });

export const setupRevertedError = (what: string) =>
  panelError({
    code: 'setup-reverted',
    layer: 'host',
    message: `The change was not confirmed in time, so the host put back its old state (${what}).`,
    hint: 'Check the connection to the host, then plan again.',
    retryable: false,
  });

export const setupBlockedError = (reason: string, remedy: string) =>
  panelError({ code: 'setup-blocked', layer: 'host', message: reason, hint: remedy, retryable: false });

export const setupCancelledError = () =>
  panelError({
    code: 'setup-cancelled',
    layer: 'panel',
    message: 'The setup was cancelled.',
    hint: 'Resume to do the remaining steps.',
    retryable: true,
  });

export const setupNotVerifiedError = (title: string, detail: string) =>
  panelError({
    code: 'setup-not-verified',
    layer: 'host',
    message: `${title}: the host does not show the result.`,
    hint: 'Review the output, then plan again.',
    retryable: true,
    detail,
  });

export const setupNoAnswerError = (url: string, withinS: number, reason: string, detail: string) =>
  panelError({
    code: 'setup-no-answer',
    layer: 'backend',
    message: `${url} did not respond within ${withinS} s: ${reason}`,
    hint: 'Review the log lines, fix the cause, then resume.',
    retryable: true,
    detail,
  });

export const setupServiceFailedError = (units: readonly string[], url: string, detail: string) =>
  panelError({
    code: 'setup-no-answer',
    layer: 'backend',
    message: `${units.join(' and ')} failed and is not started again, so that ${url} does not respond.`,
    hint: 'Review the log lines, fix the cause, then resume.',
    retryable: true,
    detail,
  });

export const setupPlanUnknownError = () =>
  panelError({
    code: 'setup-plan-unknown',
    layer: 'panel',
    message: 'This plan is no longer known.',
    hint: 'Plan again.',
    retryable: false,
  });

export const setupBadParameterError = ({ key, label, reason }: { readonly key: string; readonly label: string; readonly reason: string }) =>
  panelError({
    code: 'setup-bad-parameter',
    layer: 'panel',
    message: `${label}: ${reason}`,
    hint: 'Correct the value.',
    retryable: false,
    facts: { key, reason },
  });
