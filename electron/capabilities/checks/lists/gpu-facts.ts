import type { GpuFault } from '../../../../shared/capabilities/gpu/contract.ts';
import { HEALTH_FIELDS, OLD_HEALTH_FIELDS } from '../../../../shared/host-scripts/host-read.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import type { HostAnswers } from '../../../foundation/host-reader/answers.ts';
import { classifyFailure } from '../../gpu/failures.ts';
import { isGpuUuid, parseCell, splitRow, textCell } from '../../gpu/nvidia-smi.ts';
import { parseApp, unitOfCgroup } from '../../gpu/processes.ts';
import { readDriver } from '../../setup/adopt/facts.ts';

export type HealthField = (typeof HEALTH_FIELDS)[number];

/** One GPU as the request `health` reports it. */
export interface GpuReading {
  readonly uuid: string;
  readonly name: string;
  /** The number of a field; null = the driver reports none. */
  number(field: HealthField): number | null;
  text(field: HealthField): string | null;
  /** The field and its cell, as printed. */
  line(field: HealthField): string;
}

export type GpuReadings =
  | { readonly kind: 'read'; readonly gpus: readonly GpuReading[]; readonly warnings: readonly string[] }
  /** nvidia-smi is missing, and so is a card that it could report. */
  | { readonly kind: 'no-card' }
  | { readonly kind: 'failed'; readonly fault: GpuFault; readonly lines: readonly string[] }
  | { readonly kind: 'unanswered' };

/** Shown of what is no row. */
const MAX_LINES = 12;
/** A row a GPU or program, and some warnings; what follows is not read. */
const MAX_ROWS = 2_000;
const HANGING = 124;

/** Reads the answers to `health` and `pci`. Never throws. */
export function readGpus(answers: Pick<HostAnswers, 'get'>): GpuReadings {
  const answer = answers.get('health');
  if (answer === null) return { kind: 'unanswered' };
  const [status = '', ...lines] = answer.lines.slice(0, MAX_ROWS);
  if (!/^\d{1,3}$/.test(status)) return { kind: 'unanswered' };
  const rows = lines.map((line) => ({ line, gpu: readGpu(line) }));
  const gpus = rows.flatMap(({ gpu }) => gpu ?? []);
  const others = rows
    .filter(({ line, gpu }) => gpu === null && line.trim() !== '')
    .slice(0, MAX_LINES)
    .map(({ line }) => plainText(line));
  if (gpus.length > 0) return { kind: 'read', gpus, warnings: others };
  const exitStatus = Number(status);
  const fault =
    exitStatus === HANGING ? 'hanging' : exitStatus === 0 ? faultOfNothing(others) : classifyFailure(exitStatus, others.join('\n'));
  const { cards } = readDriver(answers);
  if ((fault === 'not-installed' || fault === 'no-devices') && cards !== null && cards.length === 0) return { kind: 'no-card' };
  return { kind: 'failed', fault, lines: [`nvidia-smi ended with exit status ${status}`, ...others] };
}

const faultOfNothing = (lines: readonly string[]): GpuFault => (lines.length === 0 ? 'no-devices' : 'bad-output');

function readGpu(line: string): GpuReading | null {
  const cells = splitRow(line, HEALTH_FIELDS.length) ?? splitRow(line, OLD_HEALTH_FIELDS);
  const [uuid, name] = cells ?? [];
  if (cells === null || uuid === undefined || !isGpuUuid(uuid)) return null;
  const cell = (field: HealthField): string => cells[HEALTH_FIELDS.indexOf(field)] ?? '';
  return {
    uuid,
    name: textCell(name) ?? 'NVIDIA GPU',
    number: (field) => {
      const { value, reason } = parseCell(cell(field));
      return reason === null ? value : null;
    },
    text: (field) => textCell(cell(field)),
    line: (field) => `${field}: ${plainText(cell(field)) || 'not reported by this driver'}`,
  };
}

/** A program that holds VRAM. */
export interface GpuProgram {
  readonly gpuUuid: string;
  readonly pid: number | null;
  readonly name: string;
  /** MiB; null = not reported. */
  readonly memoryUsedMiB: number | null;
  /** Its system service; null = none, or unknown. */
  readonly unit: string | null;
  readonly line: string;
}

/** The programs of the answer to `gpuapps`; null = nvidia-smi did not list them. Never throws. */
export function readGpuPrograms(answers: Pick<HostAnswers, 'get'>): readonly GpuProgram[] | null {
  const [status = '', ...lines] = answers.get('gpuapps')?.lines.slice(0, MAX_ROWS) ?? [];
  const programs = lines.flatMap((line) => {
    const [row = '', cgroup = ''] = line.split('\t');
    const app = parseApp(row);
    if (app === null) return [];
    const unit = unitOfCgroup(cgroup);
    const { processName, ...rest } = app;
    // A service of a user's own manager was started by that user.
    return [{ ...rest, name: processName, unit: unit?.startsWith('user@') === true ? null : unit, line: plainText(line) }];
  });
  return status === '0' || status === '14' || programs.length > 0 ? programs : null;
}
