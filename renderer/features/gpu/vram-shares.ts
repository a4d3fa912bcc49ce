import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { TEXT } from './text.ts';

/** A part of the VRAM. */
export interface VramShare {
  readonly key: string;
  readonly label: string;
  readonly kind: 'holder' | 'other' | 'free';
  readonly memoryMiB: number;
  /** Of the total, 0..1. */
  readonly share: number;
}

/** The name of a process: its unit without `.service`, else its program. */
export function holderOf(process: GpuProcess): string {
  if (process.pid === null) return TEXT.unidentified;
  if (process.unit !== null) return shortUnitName(process.unit);
  return process.processName.split('/').at(-1) || process.processName;
}

/** VRAM in MiB by the name of the unit or program. */
export type HeldMiB = ReadonlyMap<string, number>;

/** What processes hold by name; a process without a figure is left out. */
export function heldBy(processes: readonly GpuProcess[]): HeldMiB {
  const held = new Map<string, number>();
  for (const process of processes) {
    if (process.memoryUsedMiB === null) continue;
    held.set(holderOf(process), (held.get(holderOf(process)) ?? 0) + process.memoryUsedMiB);
  }
  return held;
}

/**
 * One part per unit or program, the largest first, then VRAM in use that no process accounts for (driver, other containers,
 * processes without a figure), then free VRAM. The parts add up to the total; processes that report more than is in use, since
 * they are listed at another moment, leave no remainder. Null = used or total is unknown.
 */
export function vramShares(held: HeldMiB, usedMiB: number | null, totalMiB: number | null): readonly VramShare[] | null {
  if (usedMiB === null || totalMiB === null || !(totalMiB > 0) || !(usedMiB >= 0)) return null;
  const claimed = [...held.values()].reduce((sum, memory) => sum + memory, 0);
  const whole = Math.max(totalMiB, claimed, usedMiB);
  const part = (kind: VramShare['kind'], label: string, memoryMiB: number): VramShare => ({
    key: `${kind} ${label}`,
    label,
    kind,
    memoryMiB,
    share: memoryMiB / whole,
  });
  const holders = [...held].filter(([, memory]) => memory > 0).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const other = Math.max(0, usedMiB - claimed);
  const free = whole - claimed - other;
  return [
    ...holders.map(([label, memory]) => part('holder', label, memory)),
    ...(other > 0 ? [part('other', TEXT.driverAndOthers, other)] : []),
    ...(free > 0 ? [part('free', TEXT.free, free)] : []),
  ];
}
