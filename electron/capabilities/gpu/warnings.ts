import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { type PanelError, panelError } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { MAX_NAME_CHARS, plainText } from '../../../shared/plain-text.ts';
import { describeInforom, describePersistence, describeReported, describeSlowHint, WARNING_HINTS } from './text.ts';

const MAX_WARNINGS = 20;
/** A slower call had to wake the GPUs first. */
const SLOW_MS = 5_000;

const INFOROM = /infoROM is corrupted(?: at gpu ([0-9a-fA-F:.]{4,20}))?/i;

/** Whether a line is a warning of nvidia-smi between its rows. */
export const isWarningLine = (line: string): boolean => /^\s{0,10}warning\b/i.test(line);

/** The warnings of an answer, each once. */
export function readWarnings(text: string, isRow: (line: string) => boolean): readonly PanelError[] {
  const lines = new Set(outputLines(text).filter((line) => line.trim() !== '' && !isRow(line)));
  return [...lines].slice(0, MAX_WARNINGS).map(warningError);
}

/** The error of one warning of nvidia-smi. Codes: gpu-inforom-corrupted, gpu-warning. */
export function warningError(line: string): PanelError {
  const found = INFOROM.exec(line);
  const message = plainText(line.replace(/^\s{0,10}warning:?\s{0,10}/i, ''), MAX_NAME_CHARS);
  return panelError({
    layer: 'gpu',
    retryable: false,
    detail: line,
    ...(found === null
      ? {
          code: 'gpu-warning',
          message: describeReported(message),
          hint: WARNING_HINTS.reported,
        }
      : {
          code: 'gpu-inforom-corrupted',
          message: describeInforom(found[1]),
          hint: WARNING_HINTS.inforom,
        }),
  }).panelError;
}

const hasPersistenceOff = (gpus: readonly GpuIdentity[]): boolean => gpus.some((gpu) => gpu.persistenceMode?.toLowerCase() === 'disabled');

/** The warning of a slow query on a driver that unloads between calls. Code gpu-persistence-off. */
export function slowQueryWarning(gpus: readonly GpuIdentity[], elapsedMs: number): readonly PanelError[] {
  if (elapsedMs < SLOW_MS || !hasPersistenceOff(gpus)) return [];
  return [
    {
      code: 'gpu-persistence-off',
      layer: 'gpu',
      message: describePersistence(formatDuration(elapsedMs)),
      hint: WARNING_HINTS.persistence,
      retryable: false,
    },
  ];
}

/** The error of a hanging nvidia-smi; without persistence mode it names that cause too. */
export function withPersistenceHint(error: PanelError, gpus: readonly GpuIdentity[]): PanelError {
  return hasPersistenceOff(gpus) ? { ...error, hint: describeSlowHint(error.hint) } : error;
}
