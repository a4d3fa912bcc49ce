import type { GpuProcess } from '../../../shared/capabilities/gpu/contract.ts';
import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { holderOf as storedHolderOf } from '../../../shared/process-subjects.ts';
import { describeProcesses, TEXT } from './text.ts';
import { holderOf, type VramShare } from './vram-shares.ts';
import { nameOfHolder } from './vram-stack.ts';

/** One row of the table: a process now, or all processes of one holder at a past moment. */
export interface HolderRow {
  readonly key: string;
  /** `rest`: the VRAM in use that no process accounts for. */
  readonly kind: 'process' | 'rest';
  /** The unit or program by whose name the colour is chosen. */
  readonly holder: string;
  /** Null = no unit. */
  readonly service: string | null;
  /** The command or name of the program; null = hidden or unknown. */
  readonly command: string | null;
  readonly user: string | null;
  readonly pid: number | null;
  readonly memoryMiB: number | null;
  readonly startedAt: number | null;
  /** The moment of the row, up to which its age counts; null = now. */
  readonly atMs: number | null;
}

const REST = {
  key: 'rest',
  kind: 'rest',
  holder: TEXT.driverAndOthers,
  service: null,
  command: null,
  user: null,
  pid: null,
  startedAt: null,
} as const;

function restOf(shares: readonly VramShare[] | null, atMs: number | null): readonly HolderRow[] {
  const rest = shares?.find((share) => share.kind === 'other');
  return rest === undefined ? [] : [{ ...REST, memoryMiB: rest.memoryMiB, atMs }];
}

/** The processes that hold VRAM now, the largest first. */
export function rowsOfProcesses(processes: readonly GpuProcess[], shares: readonly VramShare[] | null): readonly HolderRow[] {
  return [
    ...processes
      .toSorted((a, b) => (b.memoryUsedMiB ?? -1) - (a.memoryUsedMiB ?? -1) || (a.pid ?? 0) - (b.pid ?? 0))
      .map(
        (process, index): HolderRow => ({
          key: String(process.pid ?? `hidden ${index}`),
          kind: 'process',
          holder: holderOf(process),
          service: process.unit === null ? null : holderOf(process),
          command: process.pid === null ? null : (process.command ?? process.processName),
          user: process.user,
          pid: process.pid,
          memoryMiB: process.memoryUsedMiB,
          startedAt: process.startedAt,
          atMs: null,
        }),
      ),
    ...restOf(shares, null),
  ];
}

/** Who held VRAM at a past moment, with what is known of their processes. `heldMiB` is by the name of the holder. */
export function rowsOfMoment(
  heldMiB: ReadonlyMap<string, number>,
  runs: readonly ProcessRun[],
  shares: readonly VramShare[] | null,
  atMs: number,
): readonly HolderRow[] {
  const present = runs.filter(({ startedAt, endedAt }) => startedAt <= atMs && (endedAt ?? Number.POSITIVE_INFINITY) >= atMs);
  return [
    ...[...heldMiB]
      .filter(([, memoryMiB]) => memoryMiB > 0)
      .toSorted((a, b) => b[1] - a[1])
      .map(([name, memoryMiB]): HolderRow => {
        const mine = present.filter((run) => nameOfHolder(storedHolderOf({ unit: run.unit, processName: run.name })) === name);
        const [run] = mine;
        const isOne = mine.length === 1;
        return {
          key: `at ${name}`,
          kind: 'process',
          holder: name,
          service: run === undefined || run.unit !== null ? name : null,
          command: run === undefined ? null : isOne ? run.name : describeProcesses(mine.length),
          user: null,
          pid: isOne && run !== undefined ? run.pid : null,
          memoryMiB,
          startedAt: isOne && run !== undefined ? run.startedAt : null,
          atMs,
        };
      }),
    ...restOf(shares, atMs),
  ];
}
