import { monotonicMs } from '../../shared/monotonic.ts';
import { DRIVER_VERSION, GPU_BUS_ID, MEMORY_TOTAL_MIB } from '../base/gpu.ts';
import { pause } from '../base/streams.ts';
import { cardsOf } from './more-cards.ts';
import { smiFailure } from './nvidia-faults.ts';
import { cell, headerCell, helpQueryGpu, isField } from './nvidia-fields.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { TERMINATED } from './process.ts';

const APP_FIELDS = [
  'timestamp',
  'gpu_name',
  'gpu_bus_id',
  'gpu_serial',
  'gpu_uuid',
  'pid',
  'process_name',
  'name',
  'used_gpu_memory',
  'used_memory',
];

interface Options {
  readonly fields: readonly string[];
  readonly apps: boolean;
  readonly header: boolean;
  readonly units: boolean;
  readonly everyMs: number | null;
}

/** 10,000 rows a second. */
const FLOOD_ROWS = 250;
const FLOOD_INTERVAL_MS = 25;
const CORRUPTED_INFOROM = 14;
const SLOW_START_MS = 12_000;

/**
 * nvidia-smi of driver 580: `--query-gpu`, `--query-compute-apps`, `--help-query-gpu`, `-L`, the table; `-l`/`-lms` repeat. Errors are
 * printed to stdout with an exit code: 2 bad field, 15 GPU lost, 18 library mismatch.
 */
export const nvidiaSmi: Program = async (process, machine) => {
  if (!(await answering(process, machine))) return TERMINATED;
  const { faults } = machine.simulation;
  if (faults.has('nvidia-smi-slow') && !(await pause(SLOW_START_MS, process.killed, machine.power))) return TERMINATED;
  const failed = smiFailure(faults, false);
  if (failed !== null) {
    await process.stdout.write(failed.text);
    return failed.exitCode;
  }
  const args = process.argv.slice(1);
  if (args.includes('--help-query-gpu')) {
    await process.stdout.write(helpQueryGpu());
    return 0;
  }
  if (args.includes('-L')) {
    await process.stdout.write(list(machine));
    return 0;
  }
  if (args.length === 0) {
    await process.stdout.write(table(machine));
    return 0;
  }
  const options = parseOptions(args);
  if (options === null) {
    await process.stdout.write(`Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n\n`);
    return 1;
  }
  const wrong = options.fields.find((field) => (options.apps ? !APP_FIELDS.includes(field) : !isField(field)));
  if (wrong !== undefined) {
    await process.stdout.write(`Field "${wrong}" is not a valid field to query.\n\n`);
    return 2;
  }
  if (options.header) await process.stdout.write(`${header(options)}\n`);
  const hadFour = faults.has('four-gpus');
  let nextAt = monotonicMs();
  for (;;) {
    // Cards that come or go end what reads them.
    if (faults.has('four-gpus') !== hadFour) return TERMINATED;
    const gone = smiFailure(faults, true);
    if (gone !== null) {
      await process.stdout.write(gone.text);
      return gone.exitCode;
    }
    const garbage = faults.has('nvidia-smi-garbage');
    const text = garbage ? garbled(machine) : rows(options, machine);
    // Days of samples in minutes, for memory tests.
    const flood = options.everyMs !== null && !options.apps && faults.has('sample-flood');
    if (text !== '') await process.stdout.write(flood ? text.repeat(FLOOD_ROWS) : text);
    if (options.everyMs === null && faults.has('nvidia-smi-inforom')) {
      await process.stdout.write(`WARNING: infoROM is corrupted at gpu ${GPU_BUS_ID.slice(4)}\n`);
      return CORRUPTED_INFOROM;
    }
    if (options.everyMs === null) return 0;
    const everyMs = flood ? FLOOD_INTERVAL_MS : options.everyMs;
    nextAt = Math.max(nextAt + everyMs, monotonicMs() - everyMs);
    if (!(await pause(nextAt - monotonicMs(), process.killed, process.stdout.closed, machine.power))) return TERMINATED;
    if (!(await answering(process, machine))) return TERMINATED;
  }
};

/** A hanging driver prints nothing and ignores signals (uninterruptible) until the fault is removed. False = killed meanwhile. */
async function answering(process: LabProcess, machine: Machine): Promise<boolean> {
  while (machine.simulation.faults.has('nvidia-smi-hanging') && !machine.power.aborted) await pause(100, machine.power);
  return !process.killed.aborted && !machine.power.aborted;
}

function parseOptions(args: readonly string[]): Options | null {
  let query: { readonly apps: boolean; readonly fields: readonly string[] } | null = null;
  let format: readonly string[] = [];
  let everyMs: number | null = null;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const [name = '', joined] = arg.split(/=(.*)/s, 2);
    const value = (): string => {
      if (joined !== undefined) return joined;
      index += 1;
      return args[index] ?? '';
    };
    if (name === '--query-gpu')
      query = {
        apps: false,
        fields: value()
          .split(',')
          .map((field) => field.trim()),
      };
    else if (name === '--query-compute-apps')
      query = {
        apps: true,
        fields: value()
          .split(',')
          .map((field) => field.trim()),
      };
    else if (name === '--format')
      format = value()
        .split(',')
        .map((word) => word.trim());
    else if (name === '-lms' || name === '--loop-ms') everyMs = Number(value());
    else if (name === '-l' || name === '--loop') everyMs = Number(value()) * 1000;
    else if (name === '-i' || name === '--id') value();
    else return null;
  }
  if (query === null || !format.includes('csv') || (everyMs !== null && !(everyMs >= 1))) return null;
  return { ...query, header: !format.includes('noheader'), units: !format.includes('nounits'), everyMs };
}

function header(options: Options): string {
  if (!options.apps) return options.fields.map(headerCell).join(', ');
  return options.fields
    .map((field) => (field === 'used_memory' || field === 'used_gpu_memory' ? 'used_gpu_memory [MiB]' : field))
    .join(', ');
}

function rows(options: Options, machine: Machine): string {
  const { simulation } = machine;
  const stamp = new Date(simulation.hostNow()).toISOString().replace('T', ' ').replaceAll('-', '/').slice(0, 23);
  const cards = cardsOf(simulation);
  if (!options.apps) {
    const how = { stamp, units: options.units, faults: simulation.faults };
    return cards
      .map(({ reading, cells }) => `${options.fields.map((field) => cell(field, reading, { ...how, cells })).join(', ')}\n`)
      .join('');
  }
  const lines = cards.flatMap(({ name, busId, cells, apps }) =>
    apps.map(({ gpuUuid, pid, processName, memoryMiB }) => {
      const memory = memoryMiB === null ? '[N/A]' : `${memoryMiB}${options.units ? ' MiB' : ''}`;
      const values: Readonly<Record<string, string>> = {
        timestamp: stamp,
        gpu_name: name,
        gpu_bus_id: busId,
        gpu_serial: cells['serial'] ?? '1321422003411',
        gpu_uuid: gpuUuid,
        pid: String(pid),
        process_name: processName,
        name: processName,
        used_gpu_memory: memory,
        used_memory: memory,
      };
      return `${options.fields.map((field) => values[field] ?? '[N/A]').join(', ')}\n`;
    }),
  );
  return lines.join('');
}

/** `-L`: the cards, and below one that is divided its instances. */
function list({ simulation }: Machine): string {
  return cardsOf(simulation)
    .map(({ uuid, name, instances }, index) => {
      const parts = instances.map(
        ({ profile, uuid: instance }, device) => `  MIG ${profile.padEnd(11)} Device ${String(device).padStart(2)}: (UUID: ${instance})\n`,
      );
      return `GPU ${index}: ${name} (UUID: ${uuid})\n${parts.join('')}`;
    })
    .join('');
}

/** Lines that are no samples: torn, binary or a message. */
function garbled(machine: Machine): string {
  const kinds = [
    '0, GPU-5c1f8d2e-7a40-4b',
    '\u0000\u0001\ufffd\ufffd ERR! ERR!',
    'ECC error: 1 uncorrectable event pending',
    ', , , ,,,',
    '<!-- smi -->',
  ];
  return `${kinds[Math.floor(machine.simulation.random() * kinds.length)] ?? 'ERR!'}\n`;
}

function table(machine: Machine): string {
  const reading = machine.simulation.gpu.read();
  const memory = `${`${reading.memoryUsedMiB}MiB`.padStart(9)} / ${`${MEMORY_TOTAL_MIB}MiB`.padStart(9)}`;
  const left = `${String(reading.fanPercent).padStart(3)}%  ${String(reading.temperatureC).padStart(3)}C    P${reading.pstate}            ${String(Math.round(reading.powerDrawW)).padStart(4)}W /  300W`;
  const line = `+${'-'.repeat(41)}+${'-'.repeat(24)}+${'-'.repeat(22)}+`;
  return [
    `+${'-'.repeat(89)}+`,
    `| NVIDIA-SMI ${DRIVER_VERSION}             Driver Version: ${DRIVER_VERSION}     CUDA Version: 13.0     |`,
    line,
    '| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |',
    `|=========================================+========================+======================|`,
    `|   0  NVIDIA RTX 6000 Ada Gene...    On  |   ${GPU_BUS_ID} Off |                    0 |`,
    `| ${left.padEnd(39)} | ${memory} | ${`${reading.utilizationGpuPercent}%`.padStart(8)}      Default |`,
    line,
    '',
  ].join('\n');
}
