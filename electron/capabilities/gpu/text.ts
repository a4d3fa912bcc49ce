import type { GpuFault } from '../../../shared/capabilities/gpu/contract.ts';

type Action = string;

const RESTART: Action = 'Restart the program that was using the GPU.';
const RESET: Action = 'Stop what uses the GPU and reset it, or reboot the host.';
const REBOOT: Action = 'Reboot or power-cycle the host; check power, heat and seating of the card.';
const NOTE: Action = 'No action required; see the related messages.';
const NO_ACTION: Action = 'No action needed.';
const WATCH: Action = 'No action required; check again if it recurs.';
const LINK: Action = 'Reset the GPUs; if it recurs, have the NVLink connection checked.';
const DRIVER: Action = 'Update the driver; if it recurs, reset the GPU.';
const SERVICE: Action = 'Have the card checked; it may need replacement.';

/** Meaning and immediate action of Xid numbers, from NVIDIA's Xid catalogue. */
const XIDS: ReadonlyMap<number, readonly [meaning: string, action: Action]> = new Map([
  [8, ['GPU stopped processing', RESTART]],
  [13, ['Graphics engine exception', RESTART]],
  [16, ['Display engine hung', RESET]],
  [25, ['Invalid push buffer', RESTART]],
  [31, ['GPU memory page fault', RESTART]],
  [32, ['Invalid or corrupted push buffer', RESTART]],
  [37, ['Driver firmware error', DRIVER]],
  [38, ['Driver firmware error', DRIVER]],
  [42, ['Video processor exception', RESTART]],
  [43, ['GPU stopped processing a program', NOTE]],
  [44, ['Graphics engine fault during a context switch', RESTART]],
  [45, ['Clean-up after another error', NOTE]],
  [46, ['GPU stopped processing', RESET]],
  [48, ['Double-bit ECC error', RESET]],
  [54, ['Auxiliary power is not connected', 'Connect the power cable of the card.']],
  [56, ['Display engine error', RESET]],
  [57, ['Error programming the video memory interface', SERVICE]],
  [58, ['Unstable video memory interface', SERVICE]],
  [61, ['Internal micro-controller breakpoint', RESET]],
  [62, ['Internal micro-controller halt', RESET]],
  [63, ['A faulty memory row was remapped', WATCH]],
  [64, ['A faulty memory row could not be remapped', RESET]],
  [66, ['Illegal access by the driver', DRIVER]],
  [67, ['Illegal access by the driver', DRIVER]],
  [68, ['Video decoder exception', RESTART]],
  [69, ['Graphics engine class error', RESTART]],
  [74, ['NVLink error', LINK]],
  [78, ['vGPU start error', DRIVER]],
  [79, ['GPU has fallen off the bus', REBOOT]],
  [80, ['Corrupted data sent to the GPU', RESET]],
  [92, ['Many corrected memory errors', WATCH]],
  [93, ['The infoROM was written too often', WATCH]],
  [94, ['Contained memory error', RESTART]],
  [95, ['Uncontained memory error', RESET]],
  [109, ['Context switch timeout', RESET]],
  [110, ['Security fault', RESET]],
  [119, ['GPU system processor does not respond', RESET]],
  [120, ['GPU system processor error', RESET]],
  [121, ['Corrected error on the chip-to-chip link', WATCH]],
  [122, ['The infoROM could not be read', SERVICE]],
  [123, ['The infoROM could not be written', SERVICE]],
  [124, ['The infoROM could not be erased', SERVICE]],
  [125, ['The file system of the infoROM is damaged', SERVICE]],
  [136, ['NVLink training failed', LINK]],
  [137, ['NVLink access without permission', RESTART]],
  [140, ['Unrecovered ECC error', RESET]],
  [143, ['GPU initialisation error', RESET]],
  [144, ['NVLink error (SAW)', LINK]],
  [145, ['NVLink error (RLW)', LINK]],
  [146, ['NVLink error (TLW)', LINK]],
  [147, ['NVLink error (TREX)', LINK]],
  [148, ['NVLink error (power control)', LINK]],
  [149, ['NVLink error (NETIR)', LINK]],
  [150, ['NVLink error (MSE)', LINK]],
  [151, ['Key rotation error', RESTART]],
  [154, ['Recovery action changed', 'Follow the recovery action that the message names.']],
  [155, ['NVLink error (software defined)', LINK]],
  [156, ['A faulty resource was retired', WATCH]],
  [157, ['A faulty resource could not be retired', RESET]],
  [158, ['GPU timeout', RESET]],
  [160, ['A faulty memory channel was retired', WATCH]],
  [161, ['A faulty memory channel could not be retired', RESET]],
  [167, ['PCIe timeout', REBOOT]],
  [168, ['Errors in protected memory', RESET]],
  [169, ['Internal micro-controller halt', RESET]],
  [171, ['Details of a memory ECC error', NOTE]],
  [172, ['Details of a cache ECC error', NOTE]],
  [173, ['Chip-to-chip link failure', REBOOT]],
]);

/** The recovery actions that Xid 154 names. */
const RECOVERY: readonly (readonly [word: string, action: Action])[] = [
  ['node reboot required', 'Reboot the host.'],
  ['reboot required', 'Reboot the host.'],
  ['gpu reset required', RESET],
  ['reset required', RESET],
  ['drain and reset', 'Let running jobs end, then reset the GPU or reboot the host.'],
  ['drain p2p', 'Let jobs that use several GPUs end, then reset the GPUs.'],
];

/** Meaning and action of an Xid; `text` is the kernel's message. */
export function describeXid(xid: number, text: string): { readonly meaning: string; readonly action: string } {
  const [meaning, action] = XIDS.get(xid) ?? ['Unknown GPU error', `Xid ${xid} is unknown to Ada Panel; see NVIDIA’s Xid catalogue.`];
  if (xid !== 154) return { meaning, action };
  const target = text.slice(text.lastIndexOf(' to ')).toLowerCase();
  return {
    meaning,
    action: RECOVERY.find(([word]) => target.includes(word))?.[1] ?? (target.includes('none') ? NO_ACTION : action),
  };
}

/** hardware: the card needs a reset or a person; program: the program failed, or it is worth watching; note: it follows another one. */
export type XidLevel = 'hardware' | 'program' | 'note';

/** How much an Xid means for the card; null = the loss of the GPU. `text` is the kernel's message. */
export function levelOfXid(xid: number | null, text: string): XidLevel {
  if (xid === null) return 'hardware';
  if (!XIDS.has(xid)) return 'program';
  const { action } = describeXid(xid, text);
  if (action === NOTE || action === NO_ACTION) return 'note';
  return action === RESTART || action === WATCH ? 'program' : 'hardware';
}

interface FaultText {
  readonly message: string;
  readonly hint: string;
}

export const FAULTS: Readonly<Record<GpuFault, FaultText>> = {
  'not-installed': {
    message: 'nvidia-smi is not installed on the host.',
    hint: 'Install the NVIDIA driver (on Ubuntu: "sudo ubuntu-drivers install"), then retry.',
  },
  'driver-not-running': {
    message: 'The NVIDIA driver is installed but not running.',
    hint: 'Run "sudo modprobe nvidia" (usual after a kernel update); if that fails, reinstall the driver or reboot the host.',
  },
  'library-mismatch': {
    message: 'The NVIDIA driver was updated while the old version is still loaded.',
    hint: 'Reboot the host; until then, new programs cannot use the GPU.',
  },
  'nvml-missing': {
    message: "The driver's library (libnvidia-ml) is missing on the host.",
    hint: 'Reinstall the NVIDIA driver with the package libnvidia-compute.',
  },
  'no-devices': {
    message: 'The driver found no GPU in the host.',
    hint: 'Check the kernel log for "NVRM" and the power and seating of the card, then reboot the host.',
  },
  'gpu-lost': {
    message: 'The GPU has fallen off the bus.',
    hint: 'Reboot the host or power-cycle it; if it recurs, check power supply, heat and seating of the card.',
  },
  'no-permission': {
    message: 'Your user has no permission to query the GPU.',
    hint: 'Check the permissions of /dev/nvidia* on the host, or the container that hides the GPU.',
  },
  'devices-hidden': {
    message: 'The container of your user has lost its GPU devices.',
    hint: 'Restart the container, as is usual after "systemctl daemon-reload" or a driver update on the machine it runs on.',
  },
  unsupported: {
    message: 'The driver does not support this GPU.',
    hint: 'Install a driver that supports the card (newer cards need the open kernel modules), then reboot the host.',
  },
  hanging: {
    message: 'nvidia-smi is not responding: it started but prints nothing.',
    hint: 'Check the kernel log for "NVRM"; usually only a reboot helps.',
  },
  'bad-output': {
    message: 'The output of nvidia-smi has an unknown format.',
    hint: 'Run "nvidia-smi" on the host to see its output, or copy the details to report it.',
  },
  unknown: { message: 'nvidia-smi failed on the host.', hint: 'Run "nvidia-smi" on the host to see its output.' },
};

export const NOT_IN_WSL: FaultText = {
  message: 'nvidia-smi was not found in this WSL distribution.',
  hint: 'Install or update NVIDIA’s driver in Windows, then run "wsl --shutdown"; a Linux driver in WSL breaks the GPU there.',
};

/** Hints of warnings. */
export const WARNING_HINTS = {
  reported: 'Readings continue; run "nvidia-smi" on the host for the full output.',
  inforom:
    'Readings continue, but serial number and error counters may be lost: reboot the host, and have the card checked if the warning persists.',
  persistence: 'Enable it with "sudo nvidia-smi -pm 1" or the service nvidia-persistenced.',
} as const;

export const describeReported = (remark: string): string => `nvidia-smi reported: ${remark}`;
export const describeInforom = (gpu: string | undefined): string =>
  `The infoROM of the GPU${gpu === undefined ? '' : ` at ${gpu}`} is corrupted.`;
export const describePersistence = (took: string): string => `Persistence mode is off: each query wakes the GPU first, which took ${took}.`;
/** The hint of a hang, where persistence mode may be the other cause. */
export const describeSlowHint = (hint: string): string =>
  `${hint} Persistence mode is off, which slows calls down. ${WARNING_HINTS.persistence}`;
/** The action of an Xid that another Xid (null = the loss of the GPU) caused. */
export const describeCause = (xid: number | null, action: string): string =>
  `Caused by ${xid === null ? 'the loss of the GPU' : `Xid ${xid}`}. ${action}`;
