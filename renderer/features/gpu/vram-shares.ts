import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';

/** A part of the VRAM and who holds it. */
export interface VramShare {
  readonly key: string;
  readonly label: string;
  readonly kind: 'holder' | 'other' | 'free';
  readonly memoryMiB: number;
  /** Of the total, 0..1. */
  readonly share: number;
}

/** What a process is called: its unit without `.service`, else its program's name. */
export function holderOf(process: GpuProcess): string {
  if (process.pid === null) return 'unidentified';
  if (process.unit !== null) return shortUnitName(process.unit);
  return process.processName.split('/').at(-1) || process.processName;
}

/**
 * Who holds how much: one part a holder, the largest first, then what no process accounts for (driver, other containers,
 * processes whose use is not told), then what is free. The parts add up to the total; where the processes claim more than
 * is used (they are asked at another moment) nothing is left over. Null when used or total is unknown.
 */
export function vramShares(processes: readonly GpuProcess[], usedMiB: number | null, totalMiB: number | null): readonly VramShare[] | null {
  if (usedMiB === null || totalMiB === null || !(totalMiB > 0) || !(usedMiB >= 0)) return null;
  const held = new Map<string, number>();
  for (const process of processes) {
    if (process.memoryUsedMiB === null) continue;
    held.set(holderOf(process), (held.get(holderOf(process)) ?? 0) + process.memoryUsedMiB);
  }
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
    ...(other > 0 ? [part('other', 'driver and others', other)] : []),
    ...(free > 0 ? [part('free', 'free', free)] : []),
  ];
}
