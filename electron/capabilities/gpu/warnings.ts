import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { type PanelError, panelError } from '../../../shared/errors.ts';
import { formatDuration } from '../../../shared/format.ts';
import { outputLines } from '../../../shared/output-lines.ts';
import { MAX_NAME_CHARS, plainText } from '../../../shared/plain-text.ts';

const MAX_WARNINGS = 20;
/** A call that takes longer has to wake the GPUs first. */
const SLOW_MS = 5_000;
const ENABLE_PERSISTENCE = 'Turn it on with "sudo nvidia-smi -pm 1", or enable the service nvidia-persistenced.';

const INFOROM = /infoROM is corrupted(?: at gpu ([0-9a-fA-F:.]{4,20}))?/i;

/** Whether a line is a remark of nvidia-smi beside its rows, not a failure. */
export const isWarningLine = (line: string): boolean => /^\s{0,10}warning\b/i.test(line);

/** What an answer says besides its rows, each remark once. */
export function readWarnings(text: string, isRow: (line: string) => boolean): readonly PanelError[] {
  const lines = new Set(outputLines(text).filter((line) => line.trim() !== '' && !isRow(line)));
  return [...lines].slice(0, MAX_WARNINGS).map(warningError);
}

/** One remark of nvidia-smi in words. Codes: gpu-inforom-corrupted, gpu-warning. */
export function warningError(line: string): PanelError {
  const found = INFOROM.exec(line);
  const said = plainText(line.replace(/^\s{0,10}warning:?\s{0,10}/i, ''), MAX_NAME_CHARS);
  return panelError({
    layer: 'gpu',
    retryable: false,
    detail: line,
    ...(found === null
      ? {
          code: 'gpu-warning',
          message: `nvidia-smi reported: ${said}`,
          hint: 'Readings continue. Run "nvidia-smi" on the host to see it there.',
        }
      : {
          code: 'gpu-inforom-corrupted',
          message: `The infoROM of the GPU${found[1] === undefined ? '' : ` at ${found[1]}`} is corrupted.`,
          hint: 'Readings continue, but the card may lose its serial number and error counters. Reboot the host; if the warning stays, have the card checked.',
        }),
  }).panelError;
}

const hasPersistenceOff = (gpus: readonly GpuIdentity[]): boolean => gpus.some((gpu) => gpu.persistenceMode?.toLowerCase() === 'disabled');

/** A query that took long where the driver unloads between calls: why, and the command. Code gpu-persistence-off. */
export function slowQueryWarning(gpus: readonly GpuIdentity[], elapsedMs: number): readonly PanelError[] {
  if (elapsedMs < SLOW_MS || !hasPersistenceOff(gpus)) return [];
  return [
    {
      code: 'gpu-persistence-off',
      layer: 'gpu',
      message: `Persistence mode is off: each query wakes the GPU first, which took ${formatDuration(elapsedMs)}.`,
      hint: ENABLE_PERSISTENCE,
      retryable: false,
    },
  ];
}

/** The error of an nvidia-smi that hangs, with the other cause that it can have. */
export function withPersistenceHint(error: PanelError, gpus: readonly GpuIdentity[]): PanelError {
  return hasPersistenceOff(gpus)
    ? { ...error, hint: `${error.hint} Persistence mode is off, which makes calls slow. ${ENABLE_PERSISTENCE}` }
    : error;
}
