import type { LabFault } from '../base/faults.ts';

/** What a fault makes of fields, by their current names. */
const CELLS: Partial<Readonly<Record<LabFault, Readonly<Record<string, string>>>>> = {
  'nvidia-smi-slow': { persistence_mode: 'Disabled' },
  'gpu-persistence-off': { persistence_mode: 'Disabled' },
  'gpu-ecc-errors': { 'ecc.errors.uncorrected.volatile.total': '3', 'ecc.errors.uncorrected.aggregate.total': '3' },
  'gpu-ecc-corrected': { 'ecc.errors.corrected.volatile.total': '1287', 'ecc.errors.corrected.aggregate.total': '1289' },
  'gpu-remap-pending': { 'remapped_rows.pending': 'Yes', 'remapped_rows.uncorrectable': '1' },
  'gpu-remap-failed': { 'remapped_rows.failure': 'Yes', 'remapped_rows.uncorrectable': '8' },
  'gpu-throttled-thermal': {
    'clocks_event_reasons.active': '0x0000000000000060',
    'clocks_event_reasons.hw_thermal_slowdown': 'Active',
    'clocks_event_reasons.sw_thermal_slowdown': 'Active',
    'clocks_event_reasons.gpu_idle': 'Not Active',
  },
  'gpu-throttled-power': {
    'clocks_event_reasons.active': '0x0000000000000088',
    'clocks_event_reasons.hw_slowdown': 'Active',
    'clocks_event_reasons.hw_power_brake_slowdown': 'Active',
    'clocks_event_reasons.gpu_idle': 'Not Active',
  },
  'gpu-at-power-limit': {
    'clocks_event_reasons.active': '0x0000000000000004',
    'clocks_event_reasons.sw_power_cap': 'Active',
    'clocks_event_reasons.gpu_idle': 'Not Active',
  },
  'gpu-hot': { 'temperature.gpu': '93', 'temperature.gpu.tlimit': '0' },
  'gpu-link-narrow': { 'pcie.link.width.current': '4' },
};

/** The cell of a field under these faults; null = as it is without them. */
export function faultyCell(field: string, faults: ReadonlySet<LabFault>): string | null {
  for (const fault of faults) {
    const cell = CELLS[fault]?.[field];
    if (cell !== undefined) return cell;
  }
  return null;
}

/** The failure of nvidia-smi as a whole. */
export interface SmiFailure {
  readonly text: string;
  readonly exitCode: number;
  /** One that runs already continues. */
  readonly isOfStart?: true;
}

const FAILURES: Partial<Readonly<Record<LabFault, SmiFailure>>> = {
  'driver-mismatch': { text: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.142\n', exitCode: 18 },
  'gpu-lost': {
    text: 'Unable to determine the device handle for GPU 0000:21:00.0: GPU is lost.  Reboot the system to recover this GPU\n',
    exitCode: 15,
    isOfStart: true,
  },
  'gpu-driver-not-loaded': {
    text: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
    exitCode: 9,
  },
  'gpu-library-missing': {
    text: "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.\nPlease also try adding directory that contains libnvidia-ml.so to your system PATH.\n",
    exitCode: 12,
    isOfStart: true,
  },
  'gpu-not-found': { text: 'No devices were found\n', exitCode: 6 },
};

/** How nvidia-smi fails under these faults; null = it does not. */
export function smiFailure(faults: ReadonlySet<LabFault>, isRunning: boolean): SmiFailure | null {
  for (const fault of faults) {
    const failure = FAILURES[fault];
    if (failure !== undefined && !(isRunning && failure.isOfStart === true)) return failure;
  }
  return null;
}
