import { READ_UNIT_PROPERTIES } from '../../shared/host-scripts/host-read.ts';
import { RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { RUN_FIELDS } from '../../shared/host-scripts/journal.ts';
import { FileError, type LabFile, sizeOf } from '../base/files.ts';
import { uriLine } from '../base/packages.ts';
import { capture } from './capture.ts';
import { GPU_READERS } from './host-read-gpu.ts';
import { PAST_HEADS, PAST_READERS } from './host-read-past.ts';
import { SYSTEM_HEADS, SYSTEM_READERS } from './host-read-system.ts';
import { nearestFolder, type Reader } from './host-reader.ts';
import { memoryLines } from './memory.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { readLock } from './setup-lock.ts';

const OK = 'ok';
/** The GPU of the lab, as the kernel names it. */
const PCI_GPU = '0000:41:00.0 0x10de 0x030000';
const PYTHONS = ['python3.12', 'python3.11', 'python3.13', 'python3.10', 'python3'];
const KINDS: Readonly<Record<LabFile['kind'], string>> = { file: 'regular file', folder: 'directory', link: 'symbolic link' };

const isAbsent = ({ fault }: FileError): boolean => fault === 'no-such-file' || fault === 'not-a-directory';

/** Runs work on files; the status that the script gives for its failure instead. */
function tried(work: () => readonly string[]): readonly [string, readonly string[]] {
  try {
    return [OK, work()];
  } catch (thrown) {
    if (thrown instanceof FileError) return [isAbsent(thrown) ? 'absent' : 'denied', []];
    throw thrown;
  }
}

function statLine(file: LabFile): string {
  const kind = file.kind === 'file' && sizeOf(file) === 0 ? 'regular empty file' : KINDS[file.kind];
  return `${file.mode.toString(8)} ${file.owner} ${file.group} ${sizeOf(file)} ${(file.changedMs / 1000).toFixed(6)} ${kind}`;
}

const READERS: Readonly<Record<string, Reader>> = {
  ...GPU_READERS,
  ...SYSTEM_READERS,
  ...PAST_READERS,
  file: (path, max, { user }, { files }) => {
    let isDenied = false;
    const [status, lines] = tried(() => {
      const entry = files.lstat(path, user);
      const line = statLine(entry);
      if (entry.kind === 'link') return [line, entry.target ?? ''];
      if (entry.kind === 'folder' || Number(max) <= 0) return [line];
      isDenied = !files.may(entry, user, 4);
      return isDenied ? [line] : [line, entry.data.subarray(0, Number(max)).toString('base64')];
    });
    return [isDenied ? 'denied' : status, lines];
  },
  tail: (path, lines, { user }, { files }) => {
    let isDenied = false;
    const [status, text] = tried(() => {
      const entry = files.stat(path, user);
      isDenied = entry.kind !== 'file' || !files.may(entry, user, 4);
      return isDenied ? [] : entry.data.toString('utf8').trimEnd().split('\n').slice(-Number(lines));
    });
    return [isDenied ? 'denied' : status, text];
  },
  list: (folder, _none, { user }, { files }) =>
    tried(() => {
      const names = files.list(folder, user);
      return names.length === 0 ? [''] : names.slice(0, 2000);
    }),
  user: (name, _none, _process, { simulation: { users, faults } }) => {
    const found = users.find(name);
    if (found === null) return ['absent', []];
    const isMember = (group: string): boolean => group !== 'sudo' || !faults.has('sudo-refused');
    return [
      OK,
      [[name, 'x', found.uid, found.gid, '', found.home, found.shell].join(':'), users.groupsOf(name).filter(isMember).join(' ')],
    ];
  },
  packages: (first, rest, _process, { simulation: { packages } }) => {
    const wanted = `${first} ${rest}`
      .trim()
      .split(' ')
      .map((alternatives) => alternatives.split('|'));
    const isInstalled = (name: string): boolean => packages.versionOf(name) !== null;
    const installed = wanted.flat().filter(isInstalled).sort();
    const lines = installed.map((name) => `${name} ${packages.versionOf(name)} ii `);
    if (lines.length === 0) lines.push('');
    if (wanted.every((alternatives) => alternatives.some(isInstalled))) return [OK, lines];
    const planned = packages.plan(wanted.map(([name = '']) => name));
    return [OK, [...lines, '--', ...(typeof planned === 'string' ? [] : planned.map(uriLine))]];
  },
  units: async (first, rest, process, machine) => {
    const names = `${first} ${rest}`.trim().split(' ');
    const show = (...options: readonly string[]) =>
      capture(process, machine, ['systemctl', 'show', ...options, '--no-pager', '-p', READ_UNIT_PROPERTIES, '--', ...names]);
    const shown = await show('--timestamp=us+utc');
    return [OK, (shown.exitCode === 0 ? shown : await show()).text.split('\n')];
  },
  journal: async (unit, lines, process, machine) => {
    const run = async (...argv: readonly string[]) => await capture(process, machine, argv, { stdoutOnly: true });
    const journal = async (...matches: readonly string[]): Promise<readonly string[]> =>
      (await run('journalctl', '-q', '--no-pager', '-o', 'json', `--output-fields=${RUN_FIELDS}`, ...matches)).text.split('\n');
    const isActive = (await run('systemctl', 'is-active', '-q', '--', unit)).exitCode === 0;
    const id = isActive ? (await run('systemctl', 'show', '-p', 'InvocationID', '--value', '--', unit)).text : '';
    const hasLogged = id !== '' && (await journal('-n', '1', `_SYSTEMD_INVOCATION_ID=${id}`)).some((line) => line !== '');
    if (!hasLogged) return [OK, await journal('-u', unit, '-n', lines)];
    return [OK, (await journal(`_SYSTEMD_INVOCATION_ID=${id}`, '+', `INVOCATION_ID=${id}`)).slice(0, Number(lines))];
  },
  pci: (_a, _b, _process, { simulation }) => [OK, simulation.faults.has('gpu-never-there') ? [] : [PCI_GPU]],
  listen: (_a, _b, process, machine) => [OK, listeners(process, machine)],
  os: async (_a, _b, process, machine) => [
    OK,
    [
      ...machine.files.read('/etc/os-release', process.user).toString('utf8').trimEnd().split('\n'),
      `ARCHITECTURE=${(await capture(process, machine, ['uname', '-m'])).text}`,
      `KERNEL=${(await capture(process, machine, ['uname', '-r'])).text}`,
      `LOGIN=${loginOf(process)}`,
    ],
  ],
  python: (_a, _b, _process, { files }) => [
    OK,
    PYTHONS.filter((name) => files.isProgram(`/usr/bin/${name}`)).map((name) => `${name} 3.12.3`),
  ],
  disk: async (path, _none, process, machine) => {
    const { text } = await capture(process, machine, ['df', '-B1', '--output=avail,size,target', '--', nearestFolder(path, machine)]);
    return [OK, text.split('\n').slice(-1)];
  },
  memory: (_a, _b, _process, machine) => [OK, memoryLines(machine)],
  vram: async (_a, _b, process, machine) => {
    const { text } = await capture(process, machine, ['journalctl', '-q', '-u', 'invokeai', '-n', '5000', '-o', 'cat', '--no-pager']);
    return [
      OK,
      text
        .split('\n')
        .filter((line) => line.includes('VRAM in use: '))
        .slice(-20),
    ];
  },
  lock: (_a, _b, { user }, machine) => readLock(user, machine),
  sudo: async (_a, _b, process, machine) => [
    OK,
    [
      (await capture(process, machine, ['id', '-u', loginOf(process)])).text,
      (await capture(process, machine, ['sudo', '-V'])).text.split('\n')[0] ?? '',
      ...(process.sudoUser === undefined
        ? (await capture(process, machine, ['sudo', '-n', '-ll'], { stdoutOnly: true })).text.split('\n')
        : []),
    ],
  ],
};

/** Who signed in; sudo tells it to the commands that it runs. */
const loginOf = ({ user, sudoUser }: LabProcess): string => sudoUser ?? user;

/** Which words of the request its head repeats. */
const HEADS: Readonly<Record<string, 'none' | 'first'>> = { ...SYSTEM_HEADS, ...PAST_HEADS, list: 'first', user: 'first', disk: 'first' };
const WITHOUT_WORDS = new Set(['pci', 'listen', 'os', 'python', 'gpu', 'health', 'gpuapps', 'memory', 'vram', 'lock', 'sudo']);

/** The output of `ss -Hltnpe`: other users' processes are not named. */
function listeners(process: LabProcess, { simulation }: Machine): readonly string[] {
  const line = (address: string, port: number, name: string, pid: number, user: string, unit: string): string => {
    const users = process.user === 'root' || process.user === user ? `users:(("${name}",pid=${pid},fd=6)) ` : '';
    const uid = simulation.users.find(user)?.uid ?? 0;
    const details = `${uid === 0 ? '' : `uid:${uid} `}ino:${20_000 + port} sk:${port.toString(16)} cgroup:/system.slice/${unit} <->`;
    return `LISTEN 0      511    ${`${address}:${port}`.padStart(20)} ${'0.0.0.0:*'.padStart(18)} ${users}${details}`;
  };
  return [
    line('0.0.0.0', 22, 'sshd', 712, 'root', 'ssh.service'),
    line('127.0.0.53%lo', 53, 'systemd-resolve', 688, 'systemd-resolve', 'systemd-resolved.service'),
    ...simulation.listening.map(({ port, unit, program, isOnAllNetworks }) => {
      const found = simulation.units.units.get(unit);
      const address = isOnAllNetworks ? '0.0.0.0' : '127.0.0.1';
      const name = (program ?? found?.definition.identifier ?? '').slice(0, 15);
      return line(address, port, name, found?.mainPid ?? 0, found?.definition.user ?? 'root', unit);
    }),
  ];
}

/** Reads requests to the end of its input (docstring of `hostRead`). */
export const readHostState: Program = async (process, machine) => {
  const record = (head: string, lines: readonly string[]): Promise<void> =>
    process.stdout.write(`${RECORD_SEPARATOR}${head}\n${lines.map((line) => `${line}\n`).join('')}`);
  for (let request = await process.stdin.readLine(); request !== null; request = await process.stdin.readLine()) {
    const [kind = '', a = '', ...rest] = request.trim().split(/\s+/);
    const reader = READERS[kind];
    if (reader === undefined) continue;
    const b = rest.join(' ');
    const [status, lines] = await reader(a, b, process, machine);
    const words = WITHOUT_WORDS.has(kind) || HEADS[kind] === 'none' ? [kind] : HEADS[kind] === 'first' ? [kind, a] : [kind, a, b];
    await record([...words, status].join(' '), lines);
  }
  return 0;
};
