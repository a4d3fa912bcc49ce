import type { ErrorCode } from './error-codes.ts';
import { describeFileError } from './file-errors.ts';
import { MAX_SENTENCE_CHARS, plainLines, plainText } from './plain-text.ts';
import { redactSecrets } from './redact.ts';

const MAX_DETAIL_CHARS = 8_192;

/** The place of a failure in the chain from the operator's computer to the image. */
export const LAYERS = [
  'panel',
  'laptop',
  'network',
  'ssh',
  'host',
  'sudo',
  'systemd',
  'journal',
  'gpu',
  'gateway',
  'backend',
  'lab',
] as const;

/** An error as data: it crosses IPC, is shown, logged and compared; it is never a stack trace. */
export interface PanelError {
  /** Stable, kebab-case, e.g. `host-key-changed`. Tests and the UI switch on it. */
  readonly code: string;
  readonly layer: (typeof LAYERS)[number];
  /** The cause in the operator's words, one sentence. */
  readonly message: string;
  /** The remedy: what to do next, one or two sentences. */
  readonly hint: string;
  /** Whether the same thing, tried again unchanged, may work. */
  readonly retryable: boolean;
  /** For "Copy details": raw output, secrets removed. */
  readonly detail?: string | undefined;
  /** Small facts the UI shows in its own way, e.g. both fingerprints of a changed host key. */
  readonly facts?: Record<string, string> | undefined;
}

/** The only exception that domain code throws on purpose; carries a {@link PanelError}. */
export class PanelException extends Error {
  readonly panelError: PanelError;

  constructor(panelError: PanelError, options?: ErrorOptions) {
    super(panelError.message, options);
    this.name = 'PanelException';
    this.panelError = presentableError(panelError);
  }
}

/** What {@link panelError} is given: an error whose code is one of the panel's own. */
export interface CodedError extends PanelError {
  readonly code: ErrorCode;
}

/** An exception to throw; its texts are cut and cleaned, since parts of them come from hosts and servers. */
export const panelError = (error: CodedError, options?: ErrorOptions): PanelException => new PanelException(error, options);

/** Whether an error has one of these codes. */
export const hasCode = (error: Pick<PanelError, 'code'> | null | undefined, ...codes: readonly ErrorCode[]): boolean =>
  codes.some((code) => code === error?.code);

/** An error whose texts may be shown, logged and copied: parts of them come from hosts and servers. */
export function presentableError(error: PanelError): PanelError {
  const { detail, facts, ...rest } = error;
  return {
    ...rest,
    message: redactSecrets(plainText(error.message, MAX_SENTENCE_CHARS)),
    hint: plainText(error.hint, MAX_SENTENCE_CHARS),
    ...(detail === undefined ? {} : { detail: redactSecrets(plainLines(detail, MAX_DETAIL_CHARS)) }),
    ...(facts === undefined
      ? {}
      : {
          facts: Object.fromEntries(
            Object.entries(facts).map(([name, fact]) => [name, redactSecrets(plainText(fact, MAX_SENTENCE_CHARS))]),
          ),
        }),
  };
}

/** By name, since the window's and the panel's bundles each have a class of their own. */
function isPanelException(thrown: unknown): thrown is PanelException {
  return thrown instanceof PanelException || (thrown instanceof Error && thrown.name === 'PanelException' && 'panelError' in thrown);
}

/**
 * Turns whatever was thrown into a PanelError: a failed file call of Node gets its words, a bug becomes `unexpected`, with
 * its text as detail.
 */
export function toPanelError(thrown: unknown): PanelError {
  if (isPanelException(thrown)) return thrown.panelError;
  const ofFiles = describeFileError(thrown);
  if (ofFiles !== null) return ofFiles;
  return {
    code: 'unexpected',
    layer: 'panel',
    message: 'Something went wrong inside Ada Panel.',
    hint: 'Try again. If it happens again, copy the details and report them.',
    retryable: true,
    detail: redactSecrets(plainLines(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), MAX_DETAIL_CHARS)),
  };
}

/** For exhaustive switches: compiles only when every case was handled. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
