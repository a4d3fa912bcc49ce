import { HOST_SCRIPTS, type HostScript, RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { TRIGGER_PROPERTIES } from '../../shared/host-scripts/services.ts';
import { describeFault, FileError } from '../base/files.ts';
import { noInput, pause } from '../base/streams.ts';
import { capture } from './capture.ts';
import { CHECKPOINT_PROGRAMS } from './checkpoint-programs.ts';
import { HUB_PROGRAMS } from './hub-programs.ts';
import { readMemory } from './memory.ts';
import { type LabProcess, type Machine, NOT_FOUND, PIPE_BROKE, type Program, TERMINATED } from './process.ts';
import { processTable, psRows } from './process-table.ts';
import { SETUP_PROGRAMS } from './setup-programs.ts';

const UNIT_POLL_MS = 500;

/** The implementations of the panel's scripts, with the arguments in argv. */
const PROGRAMS: readonly { readonly script: HostScript; readonly run: Program }[] = [
  { script: HOST_SCRIPTS.watch, run: watch },
  { script: HOST_SCRIPTS.facts, run: facts },
  { script: HOST_SCRIPTS.gpuProcesses, run: gpuProcesses },
  { script: HOST_SCRIPTS.unitWatch, run: unitWatch },
  { script: HOST_SCRIPTS.inputReady, run: inputReady },
  ...CHECKPOINT_PROGRAMS,
  ...HUB_PROGRAMS,
  ...SETUP_PROGRAMS,
];

/** `sh -c TEXT NAME ARGS…` or `sh FILE ARGS…`: runs the panel's scripts, recognised by name and exact text, and refuses others. */
export const sh: Program = async (process, machine) => {
  const [, path = ''] = process.argv;
  if (path.startsWith('/')) return runFile(path, process, machine);
  const [, flag, text, name, ...args] = process.argv;
  const known = PROGRAMS.find(({ script }) => script.name === name);
  if (flag !== '-c' || known === undefined || known.script.text !== text) {
    const why = known === undefined ? 'is not one of the scripts the lab knows' : 'differs from the text the lab knows';
    await process.stderr.write(`lab: the script ${name ?? '(unnamed)'} ${why}; answer it in lab/programs/host-script-programs.ts\n`);
    return NOT_FOUND;
  }
  return known.run({ ...process, argv: args }, machine);
};

async function runFile(path: string, process: LabProcess, machine: Machine): Promise<number> {
  try {
    const text = machine.files.read(path, process.user).toString('utf8');
    const known = PROGRAMS.find(({ script }) => `${script.text}\n` === text);
    if (known !== undefined) return await known.run({ ...process, argv: process.argv.slice(2) }, machine);
    await process.stderr.write(`lab: ${path} is not one of the scripts the lab knows\n`);
    return NOT_FOUND;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`/bin/sh: 0: cannot open ${path}: ${describeFault(thrown.fault)}\n`);
    return 2;
  }
}

const CORRUPTED_INFOROM = 14;

async function watch(process: LabProcess, machine: Machine): Promise<number> {
  return machine.execute({ ...process, stdin: noInput(), killed: AbortSignal.any([process.killed, process.stdin.ended]) });
}

async function gpuProcesses(process: LabProcess, machine: Machine): Promise<number> {
  const argv = ['nvidia-smi', '--query-compute-apps=gpu_uuid,pid,process_name,used_memory', '--format=csv,noheader,nounits'];
  const apps = await capture(process, machine, argv);
  if (process.killed.aborted) return TERMINATED;
  await process.stdout.write(`${apps.text}\n${RECORD_SEPARATOR}${apps.exitCode}\n`);
  if (apps.exitCode !== 0 && apps.exitCode !== CORRUPTED_INFOROM && !/^(GPU|MIG)-/.test(apps.text)) return 0;
  const pids = new Set(
    apps.text
      .split('\n')
      .map((line) => (line.split(',')[1] ?? '').replaceAll(/\D/g, ''))
      .filter((digits) => digits !== '')
      .map(Number),
  );
  await process.stdout.write(`${psRows(machine, pids)}${RECORD_SEPARATOR}\n`);
  const groups = processTable(machine).filter((row) => pids.has(row.pid));
  await process.stdout.write(`${groups.map((row) => `${row.pid} 0::/system.slice/${row.unit}\n`).join('')}${RECORD_SEPARATOR}\n`);
  const cards = apps.text.includes('MIG-') ? await capture(process, machine, ['nvidia-smi', '-L']) : { text: '' };
  await process.stdout.write(`${cards.text === '' ? '' : `${cards.text}\n`}${RECORD_SEPARATOR}\n`);
  return 0;
}

async function unitWatch(process: LabProcess, machine: Machine): Promise<number> {
  let previous = '';
  for (;;) {
    const now = await capture(process, machine, ['systemctl', 'show', '-p', TRIGGER_PROPERTIES, '--no-pager', '--', ...process.argv]);
    if (now.text !== previous) {
      previous = now.text;
      await process.stdout.write(`${RECORD_SEPARATOR}changed\n`);
    }
    if (!(await pause(UNIT_POLL_MS, process.killed, machine.power))) return TERMINATED;
    // A shell that prints nothing does not notice a closed pipe; like the real one it runs on unless watch kills it.
    if (process.stdout.closed.aborted && process.killed.aborted) return PIPE_BROKE;
  }
}

async function inputReady(process: LabProcess, machine: Machine): Promise<number> {
  const [word = '', ...argv] = process.argv;
  await process.stderr.write(`${word}\n`);
  return machine.execute({ ...process, argv });
}

async function facts(process: LabProcess, machine: Machine): Promise<number> {
  const { simulation } = machine;
  const boot = simulation.bootId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const { totalKiB, availableKiB } = readMemory(machine);
  const disk = simulation.invokeai.disk();
  await process.stdout.write(
    [
      `clock=${(simulation.hostNow() / 1000).toFixed(9)}`,
      'kernel=6.8.0-87-generic',
      'os=Ubuntu 24.04.3 LTS',
      `boot=${boot}`,
      `uptime=${simulation.uptimeS().toFixed(2)}`,
      'cpus=32',
      `memtotalkib=${totalKiB}`,
      `memavailablekib=${availableKiB}`,
      `rootsize=${disk.sizeBytes}`,
      `rootavail=${disk.freeBytes}`,
      'systemd=255',
      `user=${process.user}`,
      `groups=${simulation.users.groupsOf(process.user).join(' ')}`,
      '',
    ].join('\n'),
  );
  return 0;
}
