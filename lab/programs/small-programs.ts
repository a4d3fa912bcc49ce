import { FileError } from '../base/files.ts';
import { pause } from '../base/streams.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { TERMINATED } from './process.ts';
import { processTable, psRows } from './process-table.ts';
import { firstSyntaxError } from './sudoers.ts';
import { withFiles } from './with-files.ts';

/** The arguments without options. */
function words(process: LabProcess): readonly string[] {
  const args = process.argv.slice(1);
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return [...options.filter((arg) => !arg.startsWith('-')), ...(end < 0 ? [] : args.slice(end + 1))];
}

async function eachFile(process: LabProcess, work: (path: string) => void | Promise<void>): Promise<number> {
  let worst = 0;
  for (const path of words(process)) worst = Math.max(worst, await withFiles(process, path, () => work(path)));
  return worst;
}

const say =
  (text: (process: LabProcess, machine: Machine) => string): Program =>
  async (process, machine) => {
    await process.stdout.write(text(process, machine));
    return 0;
  };

const cat: Program = async (process, machine) => {
  if (words(process).length === 0) {
    await process.stdout.write(await process.stdin.readAll());
    return 0;
  }
  const virtual: Readonly<Record<string, () => string>> = {
    '/proc/sys/kernel/random/boot_id': () =>
      `${machine.simulation.bootId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}\n`,
    '/proc/uptime': () => `${machine.simulation.uptimeS().toFixed(2)} 0.00\n`,
  };
  return eachFile(process, async (path) => {
    await process.stdout.write(virtual[path]?.() ?? machine.files.read(path, process.user));
  });
};

const ps: Program = async (process, machine) => {
  const at = process.argv.indexOf('-p');
  const pids = new Set(at < 0 ? processTable(machine).map((row) => row.pid) : (process.argv[at + 1] ?? '').split(',').map(Number));
  const rows = psRows(machine, pids);
  await process.stdout.write(rows);
  return rows === '' ? 1 : 0;
};

const df: Program = async (process, machine) => {
  const disk = machine.simulation.invokeai.disk();
  const path = words(process)[0] ?? '/';
  const columns: Readonly<Record<string, readonly [string, string]>> = {
    source: ['Filesystem', '/dev/nvme0n1p2'],
    fstype: ['Type', 'ext4'],
    size: ['1B-blocks', String(disk.sizeBytes)],
    used: ['Used', String(disk.usedBytes)],
    avail: ['Avail', String(disk.freeBytes)],
    pcent: ['Use%', `${Math.ceil((disk.usedBytes / (disk.usedBytes + disk.freeBytes)) * 100)}%`],
    itotal: ['Inodes', '122101760'],
    iused: ['IUsed', '1811302'],
    iavail: ['IFree', machine.simulation.faults.has('inodes-used-up') ? '1204' : '120290458'],
    target: ['Mounted on', '/'],
  };
  if (path.includes('missing')) {
    await process.stderr.write(`df: ${path}: No such file or directory\n`);
    return 1;
  }
  const output =
    process.argv.find((arg) => arg.startsWith('--output='))?.slice('--output='.length) ?? 'source,size,used,avail,pcent,target';
  const chosen = output.split(',').map((name) => columns[name] ?? ['-', '-']);
  const cells = chosen.map(([head, value]) => [head.padStart(value.length), value.padStart(head.length)] as const);
  await process.stdout.write(`${cells.map(([head]) => head).join(' ')}\n${cells.map(([, value]) => value).join(' ')}\n`);
  return 0;
};

const id: Program = async (process, { simulation: { users } }) => {
  const name = words(process)[0] ?? process.user;
  const account = users.find(name);
  if (account === null) {
    await process.stderr.write(`id: ‘${name}’: no such user\n`);
    return 1;
  }
  const { argv } = process;
  const groups = users.groupsOf(name);
  const has = (...options: readonly string[]): boolean => argv.some((arg) => options.includes(arg));
  if (has('-un')) await process.stdout.write(`${name}\n`);
  else if (has('-u')) await process.stdout.write(`${account.uid}\n`);
  else if (has('-Gn', '-nG')) await process.stdout.write(`${groups.join(' ')}\n`);
  else {
    const listed = groups.map((group) => `${users.groupIdOf(group)}(${group})`).join(',');
    await process.stdout.write(`uid=${account.uid}(${name}) gid=${account.gid}(${groups[0] ?? name}) groups=${listed}\n`);
  }
  return 0;
};

/** `visudo -cf PATH`. */
const visudo: Program = async (process, machine) => {
  const at = process.argv.findIndex((arg) => /^-c?f$/.test(arg));
  const path = process.argv[at + 1] ?? '/etc/sudoers';
  return withFiles(process, path, async () => {
    const line = firstSyntaxError(machine.files.read(path, process.user).toString('utf8'));
    if (line === null) await process.stdout.write(`${path}: parsed OK\n`);
    else {
      await process.stderr.write(`${path}:${line}:1: syntax error\n`);
      throw new VisudoRefused();
    }
  }).catch((thrown: unknown) => {
    if (thrown instanceof VisudoRefused) return 1;
    throw thrown;
  });
};

class VisudoRefused extends Error {}

const sleep: Program = async (process, machine) => {
  const passed = await pause(Number(words(process)[0] ?? '0') * 1000, process.killed, machine.power);
  return passed ? 0 : TERMINATED;
};

const mktemp: Program = async (process, machine) => {
  const template = words(process)[0] ?? '/tmp/tmp.XXXXXXXXXX';
  const path = template.replaceAll(/X(?=X*$)/g, () => Math.floor(machine.simulation.random() * 36).toString(36));
  return withFiles(process, path, async () => {
    machine.files.write(path, Buffer.alloc(0), { user: process.user, mode: 0o600, exclusive: true });
    await process.stdout.write(`${path}\n`);
  });
};

/** Small tools of a host, as far as the panel uses them. */
export const SMALL_PROGRAMS: Readonly<Record<string, Program>> = {
  cat,
  ps,
  df,
  id,
  visudo,
  sleep,
  mktemp,
  // The lab's programs have no environment variables, and its host is in UTC.
  env: (process, machine) => {
    const from = process.argv.findIndex((arg, at) => at > 0 && !/^[A-Z_]+=/.test(arg));
    return machine.execute({ ...process, argv: process.argv.slice(from) });
  },
  true: async () => 0,
  false: async () => 1,
  sync: async () => 0,
  echo: say((process) => `${process.argv.slice(1).join(' ')}\n`),
  hostname: say(() => 'ada2\n'),
  nproc: say(() => '32\n'),
  uname: say((process) =>
    process.argv.includes('-m')
      ? 'x86_64\n'
      : process.argv.includes('-r')
        ? '6.8.0-87-generic\n'
        : process.argv.includes('-s')
          ? 'Linux\n'
          : 'Linux ada2 6.8.0-87-generic x86_64 GNU/Linux\n',
  ),
  whoami: say((process) => `${process.user}\n`),
  date: say((process, machine) => {
    const ms = machine.simulation.hostNow();
    return process.argv[1] === '+%s.%N'
      ? `${(ms / 1000).toFixed(9)}\n`
      : process.argv[1] === '+%s'
        ? `${Math.floor(ms / 1000)}\n`
        : `${new Date(ms).toUTCString()}\n`;
  }),
  rm: (process, machine) =>
    eachFile(process, (path) => {
      try {
        machine.files.remove(path, process.user);
      } catch (thrown) {
        const forced = process.argv.includes('-f') && thrown instanceof FileError && thrown.fault === 'no-such-file';
        if (!forced) throw thrown;
      }
    }),
  mv: (process, machine) => {
    const [from = '', to = ''] = words(process);
    return withFiles(process, to, () => machine.files.rename(from, to, process.user));
  },
  cp: (process, machine) => {
    const [from = '', to = ''] = words(process);
    return withFiles(process, to, () => machine.files.write(to, machine.files.read(from, process.user), { user: process.user }));
  },
  chmod: (process, machine) => {
    const [mode = '', path = ''] = words(process);
    return withFiles(process, path, () => machine.files.setMode(path, Number.parseInt(mode, 8), process.user));
  },
};
