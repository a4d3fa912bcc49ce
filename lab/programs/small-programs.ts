import { describeFault, FileError } from '../base/files.ts';
import { pause } from '../base/streams.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { TERMINATED } from './process.ts';
import { processTable, psRows } from './process-table.ts';
import { firstSyntaxError } from './sudoers.ts';

/** The arguments without options. */
function words(process: LabProcess): readonly string[] {
  const args = process.argv.slice(1);
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return [...options.filter((arg) => !arg.startsWith('-')), ...(end < 0 ? [] : args.slice(end + 1))];
}

/** Runs work on files; a FileError becomes an error message of the tool and exit code 1. */
async function withFiles(process: LabProcess, path: string, work: () => void | Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`${process.argv[0] ?? ''}: ${path}: ${describeFault(thrown.fault)}\n`);
    return 1;
  }
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
    iavail: ['IFree', '120290458'],
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

const id: Program = say((process) => {
  const root = process.user === 'root';
  if (process.argv.includes('-un')) return `${process.user}\n`;
  if (process.argv.includes('-u')) return root ? '0\n' : '1000\n';
  if (process.argv.includes('-Gn')) return root ? 'root\n' : 'operator adm sudo systemd-journal\n';
  return root
    ? 'uid=0(root) gid=0(root) groups=0(root)\n'
    : 'uid=1000(operator) gid=1000(operator) groups=1000(operator),4(adm),27(sudo),999(systemd-journal)\n';
});

/** `install [-o OWNER] [-g GROUP] -m MODE SOURCE TARGET`. */
const install: Program = async (process, machine) => {
  const args = process.argv.slice(1);
  const plain: string[] = [];
  let mode = 0o755;
  let owner: 'operator' | 'root' = process.user;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '-m') mode = Number.parseInt(args[++index] ?? '755', 8);
    else if (arg === '-o') owner = args[++index] === 'root' ? 'root' : 'operator';
    else if (arg === '-g') index += 1;
    else if (!arg.startsWith('-')) plain.push(arg);
  }
  const [source = '', target = ''] = plain;
  const read = await withFiles(process, `cannot stat '${source}'`, () => void machine.files.read(source, process.user));
  if (read !== 0) return read;
  return withFiles(process, `cannot create regular file '${target}'`, () =>
    machine.files.write(target, machine.files.read(source, process.user), { user: process.user, mode, owner }),
  );
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
  install,
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
    process.argv.includes('-r')
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
