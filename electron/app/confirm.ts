import { type CodedError, type PanelException, panelError } from '../../shared/errors.ts';
import { plainText } from '../../shared/plain-text.ts';
import type { Confirm, Confirmation } from '../capabilities/confirmation.ts';

/** A rule for a long list of services is one fact. */
const MAX_FACT_CHARS = 16_000;
const MAX_QUESTION_CHARS = 1_000;

const refusedError = (error: Pick<CodedError, 'code' | 'message' | 'hint'>): PanelException =>
  panelError({ layer: 'panel', retryable: true, ...error });

const notConfirmedError = () =>
  refusedError({ code: 'not-confirmed', message: 'Not confirmed, so nothing was done.', hint: 'Try again and confirm in the dialog.' });

const confirmationOpenError = () =>
  refusedError({
    code: 'confirmation-open',
    message: 'Another confirmation is still open, so nothing was done.',
    hint: 'Answer that dialog first, then try again.',
  });

const confirmationOutdatedError = () =>
  refusedError({
    code: 'confirmation-outdated',
    message: 'What was confirmed changed while the dialog was open, so nothing was done.',
    hint: 'Check what is shown now, then try again.',
  });

/** Labels come from the page, and names from hosts and files: none may add a line or change how another one reads. */
const presentable = (confirmation: Confirmation): Confirmation => ({
  ...confirmation,
  question: plainText(confirmation.question, MAX_QUESTION_CHARS),
  facts: confirmation.facts.map((fact) => plainText(fact, MAX_FACT_CHARS)),
});

/** Puts questions to the operator through `show` (true = agreed), one at a time: a page cannot bury one under others. */
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
