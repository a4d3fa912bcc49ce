import type { GpuFault } from '../../../shared/capabilities/gpu/contract.ts';
import { type PanelError, panelError } from '../../../shared/errors.ts';
import { FAULTS, NOT_IN_WSL } from './text.ts';

/** Exit codes of nvidia-smi(1), "RETURN VALUE", and the undocumented 18; the shell returns 126 and 127. */
const BY_EXIT_CODE: ReadonlyMap<number, GpuFault> = new Map([
  [4, 'no-permission'],
  [6, 'no-devices'],
  [9, 'driver-not-running'],
  [12, 'nvml-missing'],
  [15, 'gpu-lost'],
  [18, 'library-mismatch'],
  [126, 'no-permission'],
  [127, 'not-installed'],
]);

/** Texts that distinguish the meanings of one exit code. */
const BEFORE_EXIT_CODE: readonly (readonly [RegExp, GpuFault])[] = [
  // The dynamic loader exits with 127 and a foreign program with 126, although nvidia-smi exists and is executable.
  [/error while loading shared libraries: libnvidia-/i, 'nvml-missing'],
  [/error while loading shared libraries|Exec format error|required file not found/i, 'unknown'],
  [/Failed to initialize NVML: Unknown Error/i, 'devices-hidden'],
  [/Unable to determine the device handle [^\n]{0,100}: ?Not Found/i, 'unsupported'],
];

const BY_TEXT: readonly (readonly [RegExp, GpuFault])[] = [
  [/Driver\/library version mismatch/i, 'library-mismatch'],
  [/couldn't find libnvidia-ml|libnvidia-ml\.so/i, 'nvml-missing'],
  [/couldn't communicate with the NVIDIA driver|Driver Not Loaded/i, 'driver-not-running'],
  [/GPU is lost|fallen off the bus|GPU requires reset/i, 'gpu-lost'],
  [/Unable to determine the device handle/i, 'gpu-lost'],
  [/No devices were found|No supported GPUs were found/i, 'no-devices'],
  [/Insufficient Permissions|permission denied/i, 'no-permission'],
  [/command not found|No such file or directory|nvidia-smi: not found/i, 'not-installed'],
  [/is not a valid field to query/i, 'bad-output'],
];

/** The fault by exit code, then by the printed text (nvidia-smi prints errors to stdout). */
export function classifyFailure(exitCode: number | null, text: string): GpuFault {
  const known = BEFORE_EXIT_CODE.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  const byCode = exitCode === null ? undefined : BY_EXIT_CODE.get(exitCode);
  if (byCode !== undefined) return byCode;
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';
}

/** The error of a fault with its remedy; `detail` is the printed text, cut to 4 KiB. */
export function gpuError(fault: GpuFault, detail = '', where: { readonly isWsl: boolean } = { isWsl: false }): PanelError {
  const cut = detail.trim().slice(0, 4096);
  return panelError({
    code: fault === 'gpu-lost' ? fault : `gpu-${fault}`,
    layer: 'gpu',
    ...(where.isWsl && fault === 'not-installed' ? NOT_IN_WSL : FAULTS[fault]),
    retryable: true,
    ...(cut === '' ? {} : { detail: cut }),
  }).panelError;
}
