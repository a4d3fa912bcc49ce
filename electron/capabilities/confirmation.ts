/** A question that only the main process can ask: its text comes from what the main process knows, never from the page. */
export interface Confirmation {
  /** One sentence with the subject: "Trust this key of ada2?" */
  readonly question: string;
  /** What exactly will be done, one fact a line. */
  readonly facts: readonly string[];
  /** The verb on the button. */
  readonly action: string;
  /** The subject of the question (host, unit, fingerprint), read before the first wait for its text. */
  readonly subject: string;
  /** The same, read again before the question is shown and after the answer, since the page may have changed it meanwhile. */
  currentSubject(): string;
  /** Called once when the operator agreed and the subject is the same still. */
  onConfirmed?(): void;
}

/** Resolves when the operator agreed. Throws not-confirmed, confirmation-open and confirmation-outdated. */
export type Confirm = (confirmation: Confirmation) => Promise<void>;

/** A subject that is read now and again later. */
export function aboutSubject(currentSubject: () => string): Pick<Confirmation, 'subject' | 'currentSubject'> {
  return { subject: currentSubject(), currentSubject };
}
