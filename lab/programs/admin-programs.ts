import { FileError } from '../base/files.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { withFiles } from './with-files.ts';

interface Parsed {
  readonly words: readonly string[];
  /** Values by the option's name. */
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

/** Splits the arguments of a tool; `withValue` are the options that take the next word. */
function parseOptions(args: readonly string[], withValue: readonly string[]): Parsed {
  const words: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--') return { words: [...words, ...args.slice(index + 1)], values, switches };
    if (withValue.includes(arg)) {
      index += 1;
      values.set(arg, args[index] ?? '');
    } else if (arg.startsWith('-') && arg !== '-') switches.add(arg);
    else words.push(arg);
  }
  return { words, values, switches };
}

async function complain(process: LabProcess, text: string, exitCode = 1): Promise<number> {
  await process.stderr.write(`${process.argv[0] ?? ''}: ${text}\n`);
  return exitCode;
}

/** `useradd --system --user-group --no-create-home --home-dir HOME --shell SHELL NAME`. */
const useradd: Program = async (process, { simulation }) => {
  const { words, values } = parseOptions(process.argv.slice(1), ['--home-dir', '-d', '--shell', '-s']);
  const [name = ''] = words;
  if (process.user !== 'root') return complain(process, 'Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.');
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) return complain(process, `invalid user name '${name}': use --badname to ignore`, 3);
  const home = values.get('--home-dir') ?? values.get('-d') ?? `/home/${name}`;
  const isAdded = simulation.users.addSystemUser(name, home, values.get('--shell') ?? values.get('-s'));
  return isAdded ? 0 : complain(process, `user '${name}' already exists`, 9);
};

/** `gpasswd -a|-d USER GROUP`. */
const gpasswd: Program = async (process, { simulation: { users } }) => {
  const [, verb = '', user = '', group = ''] = process.argv;
  if (process.user !== 'root') return complain(process, 'Permission denied.');
  if (users.find(user) === null) return complain(process, `user '${user}' does not exist`, 3);
  if (!users.hasGroup(group)) return complain(process, `group '${group}' does not exist in /etc/group`);
  if (verb === '-a') users.addToGroup(user, group);
  else if (!users.removeFromGroup(user, group)) return complain(process, `user '${user}' is not a member of '${group}'`, 3);
  await process.stdout.write(`${verb === '-a' ? 'Adding' : 'Removing'} user ${user} ${verb === '-a' ? 'to' : 'from'} group ${group}\n`);
  return 0;
};

/** `install -d [-o OWNER] [-g GROUP] -m MODE FOLDER`, or `install … -m MODE SOURCE TARGET`. */
const install: Program = async (process, machine) => {
  const { files, simulation } = machine;
  const { words, values, switches } = parseOptions(process.argv.slice(1), ['-o', '-g', '-m']);
  const mode = Number.parseInt(values.get('-m') ?? '755', 8);
  const owner = values.get('-o') ?? process.user;
  const group = values.get('-g') ?? simulation.users.groupsOf(process.user)[0] ?? owner;
  if (simulation.users.find(owner) === null) return complain(process, `invalid user '${owner}'`);
  if (!simulation.users.hasGroup(group)) return complain(process, `invalid group '${group}'`);
  const [source = '', target = ''] = words;
  if (switches.has('-d')) {
    return withFiles(process, `cannot create directory '${source}'`, () => {
      if (!files.isFolder(source)) files.makeFolder(source, { user: process.user, parents: true });
      files.setMode(source, mode, process.user);
      if (owner !== process.user) files.setOwner(source, owner, group, process.user);
    });
  }
  const read = await withFiles(process, `cannot stat '${source}'`, () => void files.read(source, process.user));
  if (read !== 0) return read;
  return withFiles(process, `cannot create regular file '${target}'`, () =>
    files.write(target, files.read(source, process.user), { user: process.user, mode, owner, group }),
  );
};

/** `ln -s[f][T] TARGET PATH`. */
const ln: Program = async (process, { files }) => {
  const { words, switches } = parseOptions(process.argv.slice(1), []);
  const [target = '', path = ''] = words;
  const isForced = [...switches].some((option) => /^-\w*f/.test(option));
  return withFiles(process, `failed to create symbolic link '${path}'`, () => {
    if (!isForced && exists(files, path)) throw new FileError('exists', path);
    files.makeLink(path, target, process.user);
  });
};

function exists(files: Machine['files'], path: string): boolean {
  try {
    files.lstat(path, 'root');
    return true;
  } catch (thrown) {
    if (thrown instanceof FileError) return false;
    throw thrown;
  }
}

/** `chown [--no-dereference] OWNER:GROUP PATH…`. */
const chown: Program = async (process, { files, simulation: { users } }) => {
  const { words } = parseOptions(process.argv.slice(1), []);
  const [whom = '', ...paths] = words;
  const [owner = '', group = owner] = whom.split(':');
  if (users.find(owner) === null) return complain(process, `invalid user: '${whom}'`);
  if (!users.hasGroup(group)) return complain(process, `invalid group: '${whom}'`);
  let worst = 0;
  for (const path of paths) {
    const work = () => files.setOwner(path, owner, group, process.user);
    worst = Math.max(worst, await withFiles(process, `changing ownership of '${path}'`, work));
  }
  return worst;
};

/** `mkdir [-p] [-m MODE] FOLDER`. */
const mkdir: Program = async (process, { files }) => {
  const { words, values, switches } = parseOptions(process.argv.slice(1), ['-m']);
  const [path = ''] = words;
  const mode = Number.parseInt(values.get('-m') ?? '755', 8);
  return withFiles(process, `cannot create directory '${path}'`, () =>
    files.makeFolder(path, { user: process.user, mode, parents: switches.has('-p') }),
  );
};

const TOUCH_AGO = /^-(\d{1,6}) ?(sec|min|hour|day)/;
const UNIT_MS: Readonly<Record<string, number>> = { sec: 1000, min: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `touch [-d '-20 min'] PATH`. */
const touch: Program = async (process, { files, simulation }) => {
  const { words, values } = parseOptions(process.argv.slice(1), ['-d']);
  const [path = ''] = words;
  const [, count = '0', unit = 'sec'] = TOUCH_AGO.exec(values.get('-d') ?? '') ?? [];
  return withFiles(process, `cannot touch '${path}'`, () => {
    if (!exists(files, path)) files.write(path, Buffer.alloc(0), { user: process.user });
    files.setModified(path, simulation.hostNow() - Number(count) * (UNIT_MS[unit] ?? 0), process.user);
  });
};

/** `tee [-a] PATH`. */
const tee: Program = async (process, { files }) => {
  const { words, switches } = parseOptions(process.argv.slice(1), []);
  const [path = ''] = words;
  const data = await process.stdin.readAll();
  await process.stdout.write(data);
  return withFiles(process, path, () => {
    const before = switches.has('-a') && exists(files, path) ? files.read(path, process.user) : Buffer.alloc(0);
    files.write(path, Buffer.concat([before, data]), { user: process.user });
  });
};

/** `runuser -u USER -- COMMAND…`. */
const runuser: Program = async (process, machine) => {
  const { words, values } = parseOptions(process.argv.slice(1), ['-u', '--user']);
  const user = values.get('-u') ?? values.get('--user') ?? '';
  if (process.user !== 'root') return complain(process, 'may not be used by non-root users');
  if (machine.simulation.users.find(user) === null) {
    return complain(process, `user ${user} does not exist or the user entry does not contain all the required fields`);
  }
  return machine.execute({ ...process, argv: words, user });
};

/** Tools with which an administrator changes users and files. */
export const ADMIN_PROGRAMS: Readonly<Record<string, Program>> = { useradd, gpasswd, install, ln, chown, mkdir, touch, tee, runuser };
