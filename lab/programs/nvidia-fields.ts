import type { LabFault } from '../base/faults.ts';
import { DRIVER_VERSION, GPU_BUS_ID, GPU_NAME, GPU_UUID, type GpuReading, MEMORY_TOTAL_MIB } from '../base/gpu.ts';
import { faultyCell } from './nvidia-faults.ts';

/** One field of `--query-gpu`: its current name first, then aliases; the unit that `nounits` drops. */
interface Field {
  readonly names: readonly [string, ...string[]];
  readonly unit?: string;
  /** Read from the card each time, so unavailable when the GPU is lost. */
  readonly live?: boolean;
  readonly value: (reading: GpuReading, stamp: string) => string;
}

const fixed = (value: string, ...names: [string, ...string[]]): Field => ({ names, value: () => value });
const fixedUnit = (value: string, unit: string, ...names: [string, ...string[]]): Field => ({ names, unit, value: () => value });
const live = (value: (reading: GpuReading) => string, ...names: [string, ...string[]]): Field => ({ names, live: true, value });
const unit = (value: (reading: GpuReading) => string, unitWord: string, ...names: [string, ...string[]]): Field => ({
  names,
  unit: unitWord,
  live: true,
  value,
});
const active = (bit: number) => (reading: GpuReading) => ((reading.throttleBits & bit) === 0 ? 'Not Active' : 'Active');
const bits = (value: number) => `0x${value.toString(16).toUpperCase().padStart(16, '0')}`;

/** Fields of driver 580 with the values of an RTX 6000 Ada with ECC on. */
const FIELDS: readonly Field[] = [
  { names: ['timestamp'], value: (_reading, stamp) => stamp },
  fixed(DRIVER_VERSION, 'driver_version'),
  fixed('1', 'count'),
  fixed(GPU_NAME, 'name', 'gpu_name'),
  fixed('1321422003411', 'serial', 'gpu_serial'),
  fixed(GPU_UUID, 'uuid', 'gpu_uuid'),
  fixed(GPU_BUS_ID, 'pci.bus_id', 'gpu_bus_id'),
  fixed('0', 'index'),
  fixed('Enabled', 'persistence_mode'),
  fixed('Disabled', 'display_active'),
  fixed('16', 'pcie.link.width.current'),
  fixed('16', 'pcie.link.width.max'),
  // An idle card lowers the generation of its link.
  live((r) => (r.pstate === 0 ? '4' : '1'), 'pcie.link.gen.current'),
  fixed('4', 'pcie.link.gen.max'),
  fixed('95.02.47.00.03', 'vbios_version'),
  fixed('None', 'gpu_recovery_action'),
  unit((r) => String(r.fanPercent), '%', 'fan.speed'),
  live((r) => `P${r.pstate}`, 'pstate'),
  fixed(bits(0x1ff), 'clocks_event_reasons.supported', 'clocks_throttle_reasons.supported'),
  live((r) => bits(r.throttleBits), 'clocks_event_reasons.active', 'clocks_throttle_reasons.active'),
  live(active(0x1), 'clocks_event_reasons.gpu_idle', 'clocks_throttle_reasons.gpu_idle'),
  live(active(0x4), 'clocks_event_reasons.sw_power_cap', 'clocks_throttle_reasons.sw_power_cap'),
  live(active(0x8), 'clocks_event_reasons.hw_slowdown', 'clocks_throttle_reasons.hw_slowdown'),
  live(active(0x40), 'clocks_event_reasons.hw_thermal_slowdown', 'clocks_throttle_reasons.hw_thermal_slowdown'),
  live(active(0x80), 'clocks_event_reasons.hw_power_brake_slowdown', 'clocks_throttle_reasons.hw_power_brake_slowdown'),
  live(active(0x20), 'clocks_event_reasons.sw_thermal_slowdown', 'clocks_throttle_reasons.sw_thermal_slowdown'),
  fixedUnit(String(MEMORY_TOTAL_MIB), 'MiB', 'memory.total'),
  unit((r) => String(r.memoryReservedMiB), 'MiB', 'memory.reserved'),
  unit((r) => String(r.memoryUsedMiB), 'MiB', 'memory.used'),
  unit((r) => String(r.memoryFreeMiB), 'MiB', 'memory.free'),
  fixed('Default', 'compute_mode'),
  fixed('8.9', 'compute_cap'),
  unit((r) => String(r.utilizationGpuPercent), '%', 'utilization.gpu'),
  unit((r) => String(r.utilizationMemoryPercent), '%', 'utilization.memory'),
  unit(() => '0', '%', 'utilization.encoder'),
  unit(() => '0', '%', 'utilization.decoder'),
  fixed('Enabled', 'ecc.mode.current'),
  fixed('Enabled', 'ecc.mode.pending'),
  live(() => '0', 'ecc.errors.corrected.volatile.total'),
  live(() => '2', 'ecc.errors.corrected.aggregate.total'),
  live(() => '0', 'ecc.errors.uncorrected.volatile.total'),
  live(() => '0', 'ecc.errors.uncorrected.aggregate.total'),
  fixed('[N/A]', 'retired_pages.single_bit_ecc.count', 'retired_pages.sbe'),
  fixed('[N/A]', 'retired_pages.double_bit.count', 'retired_pages.dbe'),
  fixed('[N/A]', 'retired_pages.pending'),
  live(() => '0', 'remapped_rows.correctable'),
  live(() => '0', 'remapped_rows.uncorrectable'),
  live(() => 'No', 'remapped_rows.pending'),
  live(() => 'No', 'remapped_rows.failure'),
  live((r) => String(r.temperatureC), 'temperature.gpu'),
  live((r) => String(Math.max(0, 91 - r.temperatureC)), 'temperature.gpu.tlimit'),
  fixed('N/A', 'temperature.memory'),
  unit((r) => r.powerDrawW.toFixed(2), 'W', 'power.draw'),
  unit((r) => r.powerDrawW.toFixed(2), 'W', 'power.draw.average'),
  unit((r) => r.powerDrawW.toFixed(2), 'W', 'power.draw.instant'),
  fixedUnit('300.00', 'W', 'power.limit'),
  fixedUnit('300.00', 'W', 'enforced.power.limit'),
  fixedUnit('300.00', 'W', 'power.default_limit'),
  fixedUnit('100.00', 'W', 'power.min_limit'),
  fixedUnit('300.00', 'W', 'power.max_limit'),
  unit((r) => String(r.clockSmMHz), 'MHz', 'clocks.current.graphics', 'clocks.gr'),
  unit((r) => String(r.clockSmMHz), 'MHz', 'clocks.current.sm', 'clocks.sm'),
  unit((r) => String(r.clockMemoryMHz), 'MHz', 'clocks.current.memory', 'clocks.mem'),
  fixedUnit('3105', 'MHz', 'clocks.max.sm'),
  fixedUnit('10001', 'MHz', 'clocks.max.memory'),
  fixed('[N/A]', 'mig.mode.current'),
  fixed('[N/A]', 'mig.mode.pending'),
];

const BY_NAME = new Map(FIELDS.flatMap((field) => field.names.map((name) => [name, field] as const)));

/** Whether the driver knows a field, also by an alias. */
export function isField(name: string): boolean {
  return BY_NAME.has(name);
}

/** The header cell: the field's current name, not the requested alias, with its unit. */
export function headerCell(name: string): string {
  const field = BY_NAME.get(name);
  return field === undefined ? name : `${field.names[0]}${field.unit === undefined ? '' : ` [${field.unit}]`}`;
}

/** One cell of a row; `[GPU is lost]` for live values of a lost card. */
export function cell(
  name: string,
  reading: GpuReading,
  options: {
    readonly stamp: string;
    readonly units: boolean;
    readonly faults: ReadonlySet<LabFault>;
    /** What another card has instead, by current names. */
    readonly cells?: Readonly<Record<string, string>>;
  },
): string {
  const field = BY_NAME.get(name);
  if (field === undefined) return '[N/A]';
  if (options.faults.has('gpu-lost') && field.live === true) return '[GPU is lost]';
  const value = options.cells?.[field.names[0]] ?? faultyCell(field.names[0], options.faults) ?? field.value(reading, options.stamp);
  return options.units && field.unit !== undefined && !value.startsWith('[') ? `${value} ${field.unit}` : value;
}

/** `--help-query-gpu`: a field is a quoted name after a blank line, aliases after `or`. */
export function helpQueryGpu(): string {
  const entries = FIELDS.map(
    (field) => `${field.names.map((name) => `"${name}"`).join(' or ')}\nWhat the simulated driver says about ${field.names[0]}.\n`,
  );
  return `List of valid properties to query for the switch "--query-gpu=":\n\n${entries.join('\n')}\n`;
}
