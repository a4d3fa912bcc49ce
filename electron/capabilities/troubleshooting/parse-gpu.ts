import { HEALTH_FIELDS } from '../../../shared/host-scripts/host-read.ts';
import { plainText } from '../../../shared/plain-text.ts';

type HealthField = (typeof HEALTH_FIELDS)[number];

/** What nvidia-smi printed of the GPUs. */
export interface GpuReading {
  readonly exitCode: number;
  /** Its first lines, as they are. */
  readonly lines: readonly string[];
  readonly gpus: readonly GpuHealthRow[];
}

export interface GpuHealthRow {
  readonly uuid: string;
  readonly name: string;
  /** The cell of a field as printed; null = not reported. */
  text(field: HealthField): string | null;
  /** NaN = not reported. */
  number(field: HealthField): number;
}

/** A program on a GPU. */
export interface GpuApp {
  readonly pid: number;
  readonly name: string;
  readonly memoryMiB: number;
  readonly unit: string | null;
}

const MAX_GPUS = 64;
const MIN_CELLS = 5;
const NOT_REPORTED = /^(?:\[.{0,100}\]|N\/A|)$/;

/** Reads the answer to `health`: the exit status, then rows of HEALTH_FIELDS; null = no answer that can be read. */
export function parseGpuHealth(lines: readonly string[]): GpuReading | null {
  const exitCode = Number(lines[0] ?? 'x');
  if (!Number.isInteger(exitCode)) return null;
  const printed = lines.slice(1, MAX_GPUS + 1).map((line) => plainText(line, 1_000));
  return {
    exitCode,
    lines: printed.filter((line) => line !== ''),
    gpus: exitCode === 0 ? printed.flatMap((line) => rowOf(line) ?? []) : [],
  };
}

function rowOf(line: string): GpuHealthRow | null {
  const cells = line.split(', ');
  if (cells.length < MIN_CELLS) return null;
  const text = (field: HealthField): string | null => {
    const cell = cells[HEALTH_FIELDS.indexOf(field)]?.trim();
    return cell === undefined || NOT_REPORTED.test(cell) ? null : cell;
  };
  const number = (field: HealthField): number => Number.parseFloat(text(field) ?? 'NaN');
  return { uuid: cells[0] ?? '', name: cells[1] ?? '', text, number };
}

/** The service in a cgroup's path. */
const UNIT = /\/([^/]{1,255}\.service)(?:\/|$)/;
/** `UUID, PID, NAME, MIB`, after a tab the cgroup; a name may hold commas. */
const APP = /^\S{1,100}, (\d{1,10}), (.{1,300}), (\d{1,9})$/;

/** Reads the answer to `gpuapps`: the exit status, then a program a line; null = nvidia-smi failed. */
export function parseGpuApps(lines: readonly string[]): readonly GpuApp[] | null {
  if (lines[0]?.trim() !== '0') return null;
  return lines.slice(1, 257).flatMap((line) => {
    const [row = '', cgroup = ''] = plainTab(line);
    const [, pid, name, memory] = APP.exec(row) ?? [];
    if (pid === undefined || name === undefined) return [];
    return [{ pid: Number(pid), name, memoryMiB: Number(memory), unit: UNIT.exec(cgroup)?.[1] ?? null }];
  });
}

function plainTab(line: string): readonly string[] {
  return line
    .slice(0, 1_000)
    .split('\t')
    .map((part) => plainText(part));
}
