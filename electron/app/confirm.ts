import type { CallName, Handlers, ParsedInput } from '../../shared/contract/index.ts';
import { type PanelError, PanelException } from '../../shared/errors.ts';
import { plainText } from '../../shared/plain-text.ts';

/** A question that only the main process can ask: its text comes from what the main process knows, never from the page. */
export interface Confirmation {
  /** One sentence with the subject: "Trust this key of ada2?" */
  readonly question: string;
  /** What exactly will be done, one fact a line. */
  readonly facts: readonly string[];
  /** The verb on the button. */
  readonly action: string;
  /** What the question is about (host, unit, fingerprint), read before the first wait for what it says. */
  readonly subject: string;
  /** The same, read again before the question is shown and after the answer, since the page may have changed it meanwhile. */
  currentSubject(): string;
  /** Called once when the operator agreed and the subject is the same still. */
  onConfirmed?(): void;
}

/** Resolves when the operator agreed. Throws not-confirmed, confirmation-open and confirmation-outdated. */
export type Confirm = (confirmation: Confirmation) => Promise<void>;

/** For each privileged call: the question before it, or null where this input needs none. */
export type Confirmations = {
  readonly [N in CallName]?: (input: ParsedInput<N>) => Confirmation | null | Promise<Confirmation | null>;
};

/** A rule for a long list of services is one fact. */
const MAX_FACT_CHARS = 16_000;
const MAX_QUESTION_CHARS = 1_000;

const refusal = (error: Pick<PanelError, 'code' | 'message' | 'hint'>): PanelException =>
  new PanelException({ layer: 'panel', retryable: true, ...error });

const notConfirmed = () =>
  refusal({ code: 'not-confirmed', message: 'Not confirmed, so nothing was done.', hint: 'Try again and confirm in the dialog.' });

const alreadyOpen = () =>
  refusal({
    code: 'confirmation-open',
    message: 'Another confirmation is still open, so nothing was done.',
    hint: 'Answer that dialog first, then try again.',
  });

const outdated = () =>
  refusal({
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
    if (isOpen) throw alreadyOpen();
    const requireSameSubject = (): void => {
      if (confirmation.currentSubject() !== confirmation.subject) throw outdated();
    };
    requireSameSubject();
    isOpen = true;
    try {
      if (!(await show(presentable(confirmation)))) throw notConfirmed();
    } finally {
      isOpen = false;
    }
    requireSameSubject();
    confirmation.onConfirmed?.();
  };
}

/** The same handlers, with each call of `confirmations` behind its question. */
export function withConfirmations(handlers: Handlers, confirmations: Confirmations, confirm: Confirm): Handlers {
  const guarded = Object.entries(confirmations).map(([name, describe]) => {
    // The table's type pairs each name with its input; Object.entries cannot carry that.
    const call = handlers[name as CallName] as (input: unknown) => unknown;
    const confirmationFor = describe as (input: unknown) => Confirmation | null | Promise<Confirmation | null>;
    const run = async (input: unknown): Promise<unknown> => {
      const confirmation = await confirmationFor(input);
      if (confirmation !== null) await confirm(confirmation);
      return call(input);
    };
    return [name, run] as const;
  });
  return { ...handlers, ...(Object.fromEntries(guarded) as Partial<Handlers>) };
}
