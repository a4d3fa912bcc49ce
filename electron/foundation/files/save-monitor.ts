import { createEmitter } from '../../../shared/emitter.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';

const RETRY_MS = 15_000;

/**
 * Writes that failed. A failed save must not block the panel: the write is held here, reported once and retried,
 * while the panel uses the value in memory.
 */
export interface SaveMonitor {
  /** Runs a write; when it fails it is run again later, unless a newer one of that file came. True = written. Never throws. */
  save(file: string, write: () => void): boolean;
  /** For writers that keep what they could not write: the cause of a failure, or null when they wrote; `write` tries again. */
  report(file: string, cause: unknown, write?: () => void): void;
  /** Why something is not saved; null = everything is. */
  currentError(): PanelError | null;
  /** Tries everything again now: before the panel ends, or after the operator made room. */
  retry(): void;
  /** Called when {@link currentError} comes, goes, or becomes another one. */
  onChange(listener: (currentError: PanelError | null) => void): () => void;
}

interface Unsaved {
  readonly error: PanelError;
  readonly write: (() => void) | null;
}

export function createSaveMonitor(): SaveMonitor {
  const unsaved = new Map<string, Unsaved>();
  const changes = createEmitter<PanelError | null>();
  let reported: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isRetrying = false;

  const currentError = (): PanelError | null => {
    const [first] = unsaved.values();
    if (first === undefined) return null;
    const { error } = first;
    return {
      ...error,
      code: 'not-saved',
      layer: 'laptop',
      message: `Changes are not saved: ${error.message}`,
      hint: `${error.hint} Until then changes are in memory only; saving is retried automatically.`,
      retryable: true,
      facts: { cause: error.code, files: [...unsaved.keys()].join('\n') },
    };
  };
  const notify = (): void => {
    const now = currentError();
    const cause = now?.facts?.['cause'] ?? null;
    if (cause === reported) return;
    reported = cause;
    changes.emit(now);
  };
  const settle = (file: string, failed: Unsaved | null): void => {
    if (failed === null) unsaved.delete(file);
    else unsaved.set(file, failed);
    if (unsaved.size > 0 && timer === null) {
      timer = setTimeout(retry, RETRY_MS);
      timer.unref?.();
    }
    notify();
  };
  const attempt = (file: string, write: () => void): boolean => {
    try {
      write();
    } catch (cause) {
      settle(file, { error: toPanelError(cause), write });
      return false;
    }
    settle(file, null);
    return true;
  };
  function retry(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isRetrying) return;
    isRetrying = true;
    try {
      for (const [file, { write }] of [...unsaved]) if (write !== null) attempt(file, write);
    } finally {
      isRetrying = false;
    }
  }

  return {
    save: (file, write) => {
      const isSaved = attempt(file, write);
      // There is room again, so there may be room for the others.
      if (isSaved && unsaved.size > 0) retry();
      return isSaved;
    },
    report: (file, cause, write) => {
      if (cause !== null) settle(file, { error: toPanelError(cause), write: write ?? null });
      else if (unsaved.has(file)) settle(file, null);
    },
    currentError,
    retry,
    onChange: changes.on,
  };
}
