import type { GpuProcess } from './capabilities/gpu/contract.ts';

/** Limit of a path of a program before its last part is taken. */
const MAX_NAME_CHARS = 250;
const KINDS = ['unit', 'program', 'others'] as const;

/**
 * Who holds VRAM: a systemd unit with all its processes, else the programs of one file name. `others`: programs beyond the limit of
 * stored holders, summed up; its name is empty.
 */
export interface VramHolder {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
}

/** The holder of a process: its unit, or the last part of its program's path. */
export function holderOf({ unit, processName }: Pick<GpuProcess, 'unit' | 'processName'>): VramHolder {
  if (unit !== null) return { kind: 'unit', name: unit };
  const path = processName.slice(0, MAX_NAME_CHARS);
  return { kind: 'program', name: path.split('/').at(-1) || path };
}

/** Subject of `process`: `GPU-1b2c unit invokeai.service`, `GPU-1b2c program python3`, `GPU-1b2c others`. */
export function processSubject(gpuUuid: string, { kind, name }: VramHolder): string {
  return kind === 'others' ? `${gpuUuid} others` : `${gpuUuid} ${kind} ${name}`;
}

/** The parts of a subject of the series `process`; null = of another version. */
export function parseProcessSubject(subject: string): { readonly gpuUuid: string; readonly holder: VramHolder } | null {
  const [gpuUuid = '', named = '', ...words] = subject.split(' ');
  const kind = KINDS.find((one) => one === named);
  return gpuUuid === '' || kind === undefined ? null : { gpuUuid, holder: { kind, name: words.join(' ') } };
}
