import type { GpuFault } from '../../../shared/capabilities/gpu/contract.ts';
import { type PanelError, panelError } from '../../../shared/errors.ts';

interface Saying {
  readonly message: string;
  readonly hint: string;
}

const SAYINGS: Readonly<Record<GpuFault, Saying>> = {
  'not-installed': {
    message: 'nvidia-smi is not installed on the host.',
    hint: 'Install the NVIDIA driver (on Ubuntu: "sudo ubuntu-drivers install"), then try again.',
  },
  'driver-not-running': {
    message: 'The NVIDIA driver is installed but not running.',
    hint: 'Usual after a kernel update: run "sudo modprobe nvidia"; if that fails, reinstall the driver or reboot the host.',
  },
  'library-mismatch': {
    message: 'The NVIDIA driver was updated while the old one is still loaded.',
    hint: 'Reboot the host. Until then no new program can use the GPU.',
  },
  'nvml-missing': {
    message: "The driver's library (libnvidia-ml) is missing on the host.",
    hint: 'Reinstall the NVIDIA driver; the package libnvidia-compute belongs to it.',
  },
  'no-devices': {
    message: 'The driver found no GPU in the host.',
    hint: 'Look for "NVRM" in the kernel log, check power and seating of the card, then reboot the host.',
  },
  'gpu-lost': {
    message: 'The GPU has fallen off the bus.',
    hint: 'Reboot the host; a power cycle may be needed. If it comes back, check power supply, heat and seating of the card.',
  },
  'no-permission': {
    message: 'This user may not query the GPU.',
    hint: 'Check the permissions of /dev/nvidia* on the host, or the container that hides the GPU from this user.',
  },
  'devices-hidden': {
    message: 'The container this user runs in has lost its GPU devices.',
    hint: 'Usual after "systemctl daemon-reload" or a driver update on the machine below: restart the container. The GPU itself is not at fault.',
  },
  unsupported: {
    message: 'The driver does not know this GPU.',
    hint: 'Install a driver that supports the card (newer cards need the open kernel modules), then reboot the host.',
  },
  hanging: {
    message: 'nvidia-smi hangs: it started but says nothing.',
    hint: 'The driver may be dying. Look for "NVRM" in the kernel log; usually only a reboot of the host helps.',
  },
  'bad-output': {
    message: 'nvidia-smi answers in a form that the panel does not understand.',
    hint: 'Run "nvidia-smi" on the host and look at what it prints. Copy the details to report it.',
  },
  unknown: { message: 'nvidia-smi failed on the host.', hint: 'Run "nvidia-smi" on the host and look at what it prints.' },
};

const NOT_IN_WSL: Saying = {
  message: 'nvidia-smi was not found in this WSL distribution.',
  hint: 'The driver belongs to Windows: install or update NVIDIA’s driver there, then run "wsl --shutdown". Do not install a Linux driver in WSL; it breaks the GPU there.',
};

/** Exit codes of nvidia-smi(1), "RETURN VALUE"; 18 is real though not listed; 126 and 127 are the shell's. */
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

/** Told apart by words where one exit code has several meanings. */
const BEFORE_EXIT_CODE: readonly (readonly [RegExp, GpuFault])[] = [
  // The dynamic loader ends with 127 and a foreign program with 126: it is there, and may be run.
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

/** Names what went wrong: by exit code first, then by what was printed (nvidia-smi prints errors on stdout). */
export function classifyFailure(exitCode: number | null, text: string): GpuFault {
  const known = BEFORE_EXIT_CODE.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  const byCode = exitCode === null ? undefined : BY_EXIT_CODE.get(exitCode);
  if (byCode !== undefined) return byCode;
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';
}

/** The fault in the operator's words, with its remedy; `detail` is what was printed, cut to 4 KiB. */
export function gpuError(fault: GpuFault, detail = '', where: { readonly isWsl: boolean } = { isWsl: false }): PanelError {
  const cut = detail.trim().slice(0, 4096);
  return panelError({
    code: fault === 'gpu-lost' ? fault : `gpu-${fault}`,
    layer: 'gpu',
    ...(where.isWsl && fault === 'not-installed' ? NOT_IN_WSL : SAYINGS[fault]),
    retryable: true,
    ...(cut === '' ? {} : { detail: cut }),
  }).panelError;
}
