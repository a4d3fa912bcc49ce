import { HOST_SCRIPTS, type HostScript, RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { DOWNLOADS_STATE_FOLDER, FileError, sizeOf } from '../base/files.ts';
import { requestRemote } from '../base/remote-files.ts';
import { Collected, Input, noInput, pause } from '../base/streams.ts';
import type { Simulation } from '../host/simulation.ts';
import type { LabProcess, Machine, Program } from './process.ts';

/** Exit codes of curl after which the job retries. */
const TAKEN_UP_AGAIN = new Set([18, 28, 35, 52, 56, 92]);
const TRIES = 3;
const BETWEEN_TRIES_MS = 2000;
const NOTES = ['name', 'folder', 'url', 'sha256', 'size', 'validator', 'secret', 'pid', 'step', 'found', 'said', 'end'] as const;

/** Running jobs of a simulated host by the path of their file; they outlive the SSH session that started them. */
const running = new WeakMap<Simulation, Map<string, { readonly killed: AbortController; readonly ended: Promise<void> }>>();

function jobsOf(simulation: Simulation) {
  const jobs = running.get(simulation) ?? new Map<string, { readonly killed: AbortController; readonly ended: Promise<void> }>();
  running.set(simulation, jobs);
  return jobs;
}

/** The notes of one download in the user's state folder, and its partial file in a private folder beside the finished files. */
function notesOf(machine: Machine, process: LabProcess, folder: string, id: string) {
  const { files } = machine;
  const pathOf = (kind: string): string => `${DOWNLOADS_STATE_FOLDER}/${id}.${kind}`;
  const part = `${folder}/.ada-panel-1000/${id}.part`;
  const quietly = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof FileError) return null;
      throw thrown;
    }
  };
  return {
    part,
    write: (kind: string, text: string) => files.write(pathOf(kind), Buffer.from(`${text}\n`), { user: process.user }),
    read: (kind: string): string => quietly(() => files.read(pathOf(kind), process.user).toString('utf8').trim()) ?? '',
    remove: (kind: string) => quietly(() => files.remove(pathOf(kind), process.user)),
    removePart: () => quietly(() => files.remove(part, process.user)),
    bytes: (): number | null => quietly(() => sizeOf(files.stat(part, process.user))),
  };
}

/** The first bytes of a safetensors file whose header is 4,096 bytes long. */
const FIRST_BYTES = '00100000000000007b225f5f6d657461';

/** Prints headers, first bytes and the result of curl, as the script does. */
async function askCheckpoint(process: LabProcess, machine: Machine): Promise<number> {
  const config = (await process.stdin.readAll()).toString('utf8');
  const url = /^url = "(.*)"$/m.exec(config)?.[1] ?? '';
  const reply = requestRemote(url, { hasToken: /^header = "authorization: bearer /im.test(config), faults: machine.simulation.faults });
  const print = (head: string, hex: string, end: string) =>
    process.stdout.write(`${head}${RECORD_SEPARATOR}\n${hex}\n${RECORD_SEPARATOR}\n${end}\n`);
  if (reply.kind === 'unknown-host') await print('', '', `6\ncurl: (6) Could not resolve host: ${reply.host}`);
  else if (reply.kind === 'refused') await print(`HTTP/2 ${reply.status} \r\n\r\n`, '', '0');
  else {
    const { bytes, sha256 } = reply.file;
    const linked = `HTTP/2 302 \r\nx-linked-size: ${bytes}\r\nx-linked-etag: "${sha256}"\r\nlocation: https://cdn\r\n\r\n`;
    const last = `HTTP/2 206 \r\netag: "${sha256.slice(0, 32)}"\r\ncontent-range: bytes 0-15/${bytes}\r\ncontent-length: 16\r\n\r\n`;
    await print(linked + last, FIRST_BYTES, '0');
  }
  return 0;
}

async function fetchCheckpoint(process: LabProcess, machine: Machine): Promise<number> {
  const [folder = '', name = '', id = '', url = '', sha256 = '', size = '', validator = '', secret = '', , anew = '', whose = ''] =
    process.argv;
  const config = await process.stdin.readAll();
  const { files, simulation } = machine;
  if (!files.isFolder(folder)) return 10;
  const notes = notesOf(machine, process, folder, id);
  const jobs = jobsOf(simulation);
  if (files.list(folder, process.user).includes(name)) return 13;
  if (jobs.has(notes.part)) return 14;
  try {
    notes.write('url', url);
  } catch (thrown) {
    if (thrown instanceof FileError) return 16;
    throw thrown;
  }
  for (const kind of ['end', 'found', 'said', 'pid', 'step']) notes.remove(kind);
  for (const [kind, text] of Object.entries({ name, folder, sha256: `${sha256} ${whose}`, size, validator, secret }))
    notes.write(kind, text);
  if (anew === 'yes') notes.removePart();
  const killed = new AbortController();
  const job = { ...process, stdout: new Collected(), stderr: new Collected(), killed: AbortSignal.any([killed.signal, machine.power]) };
  const ended = run(job, machine, { folder, name, id, sha256, size, config }).finally(() => jobs.delete(notes.part));
  jobs.set(notes.part, { killed, ended });
  return 0;
}

interface Job {
  readonly folder: string;
  readonly name: string;
  readonly id: string;
  readonly sha256: string;
  readonly size: string;
  readonly config: Buffer;
}

async function run(process: LabProcess, machine: Machine, job: Job): Promise<void> {
  const notes = notesOf(machine, process, job.folder, job.id);
  const { part } = notes;
  notes.write('step', 'downloading');
  for (let tries = 0; ; tries += 1) {
    if (job.size !== '' && String(notes.bytes()) === job.size) break;
    const stdin = new Input();
    stdin.push(job.config);
    stdin.end();
    const stderr = new Collected();
    const code = await machine.execute({ ...process, argv: ['curl', '-fsSL', '-C', '-', '-K', '-', '-o', part], stdin, stderr });
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
  const names = machine.files.isFolder(DOWNLOADS_STATE_FOLDER) ? machine.files.list(DOWNLOADS_STATE_FOLDER, process.user) : [];
  for (const id of names.filter((file) => file.endsWith('.folder')).map((file) => file.slice(0, -'.folder'.length))) {
    const notes = notesOf(machine, process, folder, id);
    if (notes.read('folder') !== folder) continue;
    const isAlive = jobsOf(machine.simulation).has(notes.part);
    const reported = [`id=${id}`, `alive=${isAlive ? 'yes' : 'no'}`, `bytes=${notes.bytes() ?? ''}`];
    for (const kind of NOTES.filter((note) => note !== 'folder' && note !== 'pid')) reported.push(`${kind}=${notes.read(kind)}`);
    await process.stdout.write(`${reported.join('\n')}\n${RECORD_SEPARATOR}\n`);
  }
  return 0;
}

async function endCheckpoint(process: LabProcess, machine: Machine): Promise<number> {
  const [folder = '', id = '', verb = ''] = process.argv;
  const notes = notesOf(machine, process, folder, id);
  const job = jobsOf(machine.simulation).get(notes.part);
  job?.killed.abort();
  await job?.ended;
  if (verb !== 'discard') return 0;
  for (const kind of NOTES) notes.remove(kind);
  notes.removePart();
  return 0;
}

/** The panel's scripts for downloads by the host. */
export const CHECKPOINT_PROGRAMS: readonly { readonly script: HostScript; readonly run: Program }[] = [
  { script: HOST_SCRIPTS.checkpointAsk, run: askCheckpoint },
  { script: HOST_SCRIPTS.checkpointFetch, run: fetchCheckpoint },
  { script: HOST_SCRIPTS.checkpointList, run: listCheckpoints },
  { script: HOST_SCRIPTS.checkpointEnd, run: endCheckpoint },
];
