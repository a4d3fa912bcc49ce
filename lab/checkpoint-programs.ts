import { HOST_SCRIPTS, type HostScript, RECORD_SEPARATOR } from '../shared/host-scripts/index.ts';
import { FileError, sizeOf } from './files.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import type { Simulation } from './simulation.ts';
import { Collected, Input, noInput, pause } from './streams.ts';

/** curl's codes after which the job tries again. */
const TAKEN_UP_AGAIN = new Set([18, 28, 35, 52, 56, 92]);
const TRIES = 3;
const BETWEEN_TRIES_MS = 2000;
const NOTES = ['part', 'url', 'sha256', 'size', 'pid', 'step', 'found', 'said', 'end'] as const;

/** Jobs that run on a simulated host, by the path of their file. They outlive the SSH session that began them. */
const running = new WeakMap<Simulation, Map<string, { readonly killed: AbortController; readonly ended: Promise<void> }>>();

function jobsOf(simulation: Simulation) {
  const jobs = running.get(simulation) ?? new Map<string, { readonly killed: AbortController; readonly ended: Promise<void> }>();
  running.set(simulation, jobs);
  return jobs;
}

/** The notes of one download, as files beside it. */
function notesOf(machine: Machine, process: LabProcess, folder: string, name: string) {
  const { files } = machine;
  const pathOf = (kind: string): string => `${folder}/.ada-panel/${name}.${kind}`;
  const quietly = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof FileError) return null;
      throw thrown;
    }
  };
  return {
    pathOf,
    write: (kind: string, text: string) => files.write(pathOf(kind), Buffer.from(`${text}\n`), { user: process.user }),
    read: (kind: string): string => quietly(() => files.read(pathOf(kind), process.user).toString('utf8').trim()) ?? '',
    remove: (kind: string) => quietly(() => files.remove(pathOf(kind), process.user)),
    bytes: (): number | null => quietly(() => sizeOf(files.stat(pathOf('part'), process.user))),
  };
}

async function fetchCheckpoint(process: LabProcess, machine: Machine): Promise<number> {
  const [folder = '', name = '', url = '', sha256 = '', size = ''] = process.argv;
  const config = await process.stdin.readAll();
  const { files, simulation } = machine;
  if (!files.isFolder(folder)) return 10;
  const notes = notesOf(machine, process, folder, name);
  const jobs = jobsOf(simulation);
  if (files.list(folder, process.user).includes(name)) return 13;
  if (jobs.has(notes.pathOf('part'))) return 14;
  try {
    notes.write('url', url);
  } catch (thrown) {
    if (thrown instanceof FileError) return 11;
    throw thrown;
  }
  notes.write('sha256', sha256);
  notes.write('size', size);
  for (const kind of ['end', 'found', 'said', 'pid']) notes.remove(kind);
  const killed = new AbortController();
  const job = { ...process, stdout: new Collected(), stderr: new Collected(), killed: AbortSignal.any([killed.signal, machine.power]) };
  const ended = run(job, machine, { folder, name, url, sha256, size, config }).finally(() => jobs.delete(notes.pathOf('part')));
  jobs.set(notes.pathOf('part'), { killed, ended });
  return 0;
}

interface Job {
  readonly folder: string;
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly size: string;
  readonly config: Buffer;
}

async function run(process: LabProcess, machine: Machine, job: Job): Promise<void> {
  const notes = notesOf(machine, process, job.folder, job.name);
  const part = notes.pathOf('part');
  notes.write('step', 'downloading');
  for (let tries = 0; ; tries += 1) {
    if (job.size !== '' && String(notes.bytes()) === job.size) break;
    const stdin = new Input();
    stdin.push(job.config);
    stdin.end();
    const stderr = new Collected();
    const code = await machine.execute({ ...process, argv: ['curl', '-fsSL', '-C', '-', '-K', '-', '-o', part, job.url], stdin, stderr });
    if (process.killed.aborted) return;
    if (code === 0) break;
    notes.write('said', stderr.text.trim());
    const goesOn = TAKEN_UP_AGAIN.has(code) && tries < TRIES && (await pause(BETWEEN_TRIES_MS, process.killed, machine.power));
    if (process.killed.aborted) return;
    if (!goesOn) return notes.write('end', String(code));
  }
  notes.write('step', 'checking');
  const sum = new Collected();
  await machine.execute({ ...process, argv: ['sha256sum', part], stdin: noInput(), stdout: sum });
  if (process.killed.aborted) return;
  const found = sum.text.slice(0, 64);
  notes.write('found', found);
  if (job.sha256 !== '' && found !== job.sha256) return notes.write('end', 'checksum');
  machine.files.rename(part, `${job.folder}/${job.name}`, process.user);
  notes.write('end', '0');
}

async function listCheckpoints(process: LabProcess, machine: Machine): Promise<number> {
  const [folder = ''] = process.argv;
  const names = machine.files.isFolder(`${folder}/.ada-panel`) ? machine.files.list(`${folder}/.ada-panel`, process.user) : [];
  for (const name of names.filter((file) => file.endsWith('.url')).map((file) => file.slice(0, -'.url'.length))) {
    const notes = notesOf(machine, process, folder, name);
    const isAlive = jobsOf(machine.simulation).has(notes.pathOf('part'));
    const told = [`name=${name}`, `alive=${isAlive ? 'yes' : 'no'}`, `bytes=${notes.bytes() ?? ''}`];
    for (const kind of ['url', 'sha256', 'size', 'step', 'found', 'end', 'said']) told.push(`${kind}=${notes.read(kind)}`);
    await process.stdout.write(`${told.join('\n')}\n${RECORD_SEPARATOR}\n`);
  }
  return 0;
}

async function endCheckpoint(process: LabProcess, machine: Machine): Promise<number> {
  const [folder = '', name = '', verb = ''] = process.argv;
  const notes = notesOf(machine, process, folder, name);
  const job = jobsOf(machine.simulation).get(notes.pathOf('part'));
  job?.killed.abort();
  await job?.ended;
  if (verb === 'discard') for (const kind of NOTES) notes.remove(kind);
  return 0;
}

/** The panel's scripts around checkpoints that the host fetches. */
export const CHECKPOINT_PROGRAMS: readonly { readonly script: HostScript; readonly run: Program }[] = [
  { script: HOST_SCRIPTS.checkpointFetch, run: fetchCheckpoint },
  { script: HOST_SCRIPTS.checkpointList, run: listCheckpoints },
  { script: HOST_SCRIPTS.checkpointEnd, run: endCheckpoint },
];
