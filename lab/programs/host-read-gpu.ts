import { HEALTH_FIELDS } from '../../shared/host-scripts/host-read.ts';
import { pause } from '../base/streams.ts';
import { capture } from './capture.ts';
import type { LabProcess, Machine } from './process.ts';
import { processTable } from './process-table.ts';

type GpuReader = (a: string, b: string, process: LabProcess, machine: Machine) => Promise<readonly [string, readonly string[]]>;

const CSV = '--format=csv,noheader,nounits';
/** A host waits 20 s for a driver that hangs. */
const HANGING_MS = 1_000;
const TIMED_OUT = '124';

/** `smi` of the reader: the exit status, then the output. */
async function smi(query: string, process: LabProcess, machine: Machine): Promise<readonly string[]> {
  if (machine.simulation.faults.has('nvidia-smi-hanging')) {
    await pause(HANGING_MS, process.killed, machine.power);
    return [TIMED_OUT];
  }
  const { text, exitCode } = await capture(process, machine, ['nvidia-smi', query, CSV]);
  return [String(exitCode), ...text.split('\n').slice(0, 256)];
}

/** A program that somebody started at a terminal. */
const SESSION = '/user.slice/user-1000.slice/session-3.scope';

/** The kinds of requests that nvidia-smi answers. */
export const GPU_READERS: Readonly<Record<'gpu' | 'health' | 'gpuapps', GpuReader>> = {
  gpu: async (_a, _b, process, machine) => [
    'ok',
    (await smi('--query-gpu=name,driver_version,memory.total,compute_cap', process, machine)).slice(0, 65),
  ],
  health: async (_a, _b, process, machine) => ['ok', (await smi(`--query-gpu=${HEALTH_FIELDS.join(',')}`, process, machine)).slice(0, 65)],
  gpuapps: async (_a, _b, process, machine) => {
    const lines = await smi('--query-compute-apps=gpu_uuid,pid,process_name,used_memory', process, machine);
    const units = new Map(processTable(machine).map(({ pid, unit }) => [String(pid), unit]));
    return [
      'ok',
      lines.map((line) => {
        const pid = line.split(', ')[1] ?? '';
        const unit = units.get(pid);
        return /^\d+$/.test(pid) ? `${line}\t${unit === undefined ? SESSION : `/system.slice/${unit}`}` : line;
      }),
    ];
  },
};
