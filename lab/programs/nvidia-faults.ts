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
