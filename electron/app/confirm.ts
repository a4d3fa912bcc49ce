import { type CodedError, type PanelException, panelError } from '../../shared/errors.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Confirm, Confirmation } from '../capabilities/confirmation.ts';

/** A rule for a long list of services is one fact. */
const MAX_FACT_CHARS = 16_000;
const MAX_QUESTION_CHARS = 1_000;

const refusedError = (error: Pick<CodedError, 'code' | 'message' | 'hint'>): PanelException =>
  panelError({ layer: 'panel', retryable: true, ...error });

const notConfirmedError = () =>
  refusedError({ code: 'not-confirmed', message: 'Not confirmed. Nothing was changed.', hint: 'Try again and confirm in the dialog.' });

const confirmationOpenError = () =>
  refusedError({
    code: 'confirmation-open',
    message: 'Another confirmation is open. Nothing was changed.',
    hint: 'Close that dialog, then try again.',
  });

const confirmationOutdatedError = () =>
  refusedError({
    code: 'confirmation-outdated',
    message: 'The confirmed action changed while the dialog was open. Nothing was changed.',
    hint: 'Review the current state, then try again.',
  });

/** Labels come from the page and names from hosts and files, so none of them may add a line or hide another. */
const presentable = (confirmation: Confirmation): Confirmation => ({
  ...confirmation,
  question: plainText(confirmation.question, MAX_QUESTION_CHARS),
  facts: confirmation.facts.map((fact) => plainText(fact, MAX_FACT_CHARS)),
});

/** Asks for confirmations through `show` (true = confirmed), one at a time, so that a page cannot stack dialogs. */
export function createConfirm(show: (confirmation: Confirmation) => Promise<boolean>): Confirm {
  let isOpen = false;
  return async (confirmation) => {
    if (isOpen) throw confirmationOpenError();
    const requireSameSubject = (): void => {
      if (confirmation.currentSubject() !== confirmation.subject) throw confirmationOutdatedError();
    };
    requireSameSubject();
    isOpen = true;
    try {
      if (!(await show(presentable(confirmation)))) throw notConfirmedError();
    } finally {
      isOpen = false;
    }
    requireSameSubject();
    confirmation.onConfirmed?.();
  };
}
