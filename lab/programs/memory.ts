import type { Machine } from './process.ts';

const TOTAL_KIB = 131738988;
/** What is available with the fault `memory-short`. */
const SHORT_KIB = 1_200_000;
const SYSTEM_KIB = 2_400_000;

/** Memory of the simulated host in KiB. */
export function readMemory({ simulation }: Machine): { readonly totalKiB: number; readonly availableKiB: number } {
  const used = [...simulation.units.units.values()].reduce((sum, unit) => sum + (unit.mainPid > 0 ? unit.memoryBytes / 1024 : 0), 0);
  return {
    totalKiB: TOTAL_KIB,
    availableKiB: simulation.faults.has('memory-short') ? SHORT_KIB : Math.round(TOTAL_KIB - SYSTEM_KIB - used),
  };
}

/** The first three lines of /proc/meminfo. */
export function memoryLines(machine: Machine): readonly string[] {
  const { totalKiB, availableKiB } = readMemory(machine);
  const line = (name: string, kib: number): string => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB`;
  return [line('MemTotal', totalKiB), line('MemFree', Math.round(availableKiB * 0.6)), line('MemAvailable', availableKiB)];
}
