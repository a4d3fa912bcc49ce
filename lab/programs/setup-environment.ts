import { type Distribution, resolveRequirements } from '../base/distributions.ts';
import { describeFault, FileError } from '../base/files.ts';
import { downloadRate } from '../base/remote-files.ts';
import { type LabProcess, type Machine, NOT_FOUND, type Program, TERMINATED } from './process.ts';
import { waitSimulated } from './simulated-time.ts';

const INSTALL_SHARE = 0.1;
const UNPACKED = 1.8;

interface Environment {
  readonly folder: string;
  /** `venv`, or the path of uv. */
  readonly tool: string;
  readonly isUv: boolean;
  readonly python: string;
}

/** What ends an installation early: the words of the tool and its exit status. */
class Failure extends Error {
  readonly exitCode: number;
  constructor(words: string, exitCode: number) {
    super(words);
    this.exitCode = exitCode;
  }
}

/** Makes a Python environment with the words of venv, pip and uv (docstring of `setupEnvironment`). */
export const createEnvironment: Program = async (process, machine) => {
  const [folder = '', tool = '', python = '', , , mark = '', ...requirements] = process.argv;
  const environment = { folder, tool, python, isUv: tool !== 'venv' };
  try {
    makeFolders(process, machine, environment);
    const wanted = readRequirements(process, machine, requirements);
    const found = resolveRequirements(wanted);
    if (typeof found === 'string') throw unknownRequirement(environment, found);
    if (!(await install(process, machine, environment, found))) return TERMINATED;
    machine.files.write(`${folder}/.ada-panel`, Buffer.from(`${mark}\n`), { user: process.user });
    return 0;
  } catch (thrown) {
    if (thrown instanceof FileError) {
      const number = thrown.fault === 'no-space' ? 28 : 13;
      await process.stderr.write(
        `ERROR: Could not install packages due to an OSError: [Errno ${number}] ${describeFault(thrown.fault)}: '${folder}'\n\n`,
      );
      return 1;
    }
    if (!(thrown instanceof Failure)) throw thrown;
    await process.stderr.write(`${thrown.message}\n`);
    return thrown.exitCode;
  }
};

function makeFolders({ user }: LabProcess, { files, simulation }: Machine, { folder, tool, isUv, python }: Environment): void {
  const missing = [tool, python].find((program) => program.startsWith('/') && !files.isProgram(program));
  if (missing !== undefined) throw new Failure(`ada-setup-environment: 1: ${missing}: not found`, NOT_FOUND);
  if (!isUv && simulation.packages.versionOf('python3.12-venv') === null) {
    throw new Failure(
      'The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu systems, you need to install the python3-venv\npackage using the following command.\n\n    apt install python3.12-venv\n',
      1,
    );
  }
  for (const path of [`${folder}/bin`, sitePackages(folder)]) files.makeFolder(path, { user, parents: true });
  for (const name of ['python', 'python3', 'pip']) putScript(files, user, `${folder}/bin/${name}`);
  files.write(`${folder}/pyvenv.cfg`, Buffer.from('home = /usr/bin\nversion = 3.12.3\n'), { user });
  try {
    files.remove(`${folder}/.ada-panel`, user);
  } catch (thrown) {
    if (!(thrown instanceof FileError) || thrown.fault !== 'no-such-file') throw thrown;
  }
}

const sitePackages = (folder: string): string => `${folder}/lib/python3.12/site-packages`;

function putScript(files: Machine['files'], user: string, path: string): void {
  files.write(path, Buffer.from('#!python\n'), { user, mode: 0o755 });
}

/** The requirements of the arguments and of the files that they name. */
function readRequirements({ user }: LabProcess, { files }: Machine, args: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg !== '-r' && arg !== '--requirement') {
      if (!arg.startsWith('-')) found.push(arg);
      continue;
    }
    index += 1;
    const path = args[index] ?? '';
    try {
      const lines = files.read(path, user).toString('utf8').split('\n');
      found.push(...lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('-')));
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      throw new Failure(`ERROR: Could not open requirements file: [Errno 2] ${describeFault(thrown.fault)}: '${path}'`, 1);
    }
  }
  return found;
}

function unknownRequirement({ isUv }: Environment, requirement: string): Failure {
  return isUv
    ? new Failure(
        `  × No solution found when resolving dependencies:\n  ╰─▶ Because ${requirement} was not found in the package registry, your requirements are unsatisfiable.`,
        1,
      )
    : new Failure(
        `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: none)\nERROR: No matching distribution found for ${requirement}`,
        1,
      );
}

/** Downloads and unpacks; false = the process was ended. */
async function install(process: LabProcess, machine: Machine, environment: Environment, found: readonly Distribution[]): Promise<boolean> {
  const { simulation } = machine;
  const say = (line: string): Promise<void> => process.stdout.write(`${line}\n`);
  if (environment.isUv) await say(`Using CPython ${environment.python}\nResolved ${found.length} packages in 1.84s`);
  for (const one of found) {
    if (simulation.faults.has('setup-download-fails')) throw failedDownload(environment, one);
    const wheel = `${one.name.replaceAll('-', '_')}-${one.version}-py3-none-any.whl`;
    await say(
      environment.isUv
        ? `Downloading ${one.name} (${size(one.bytes)})`
        : `Collecting ${one.name}==${one.version}\n  Downloading ${wheel} (${size(one.bytes)})`,
    );
    if (!(await waitSimulated(process, machine, (one.bytes / downloadRate(simulation.faults)) * 1000))) return false;
    const bytes = Math.round(one.bytes * UNPACKED);
    if (bytes > simulation.invokeai.disk().freeBytes) throw new FileError('no-space', environment.folder);
    const home = `${sitePackages(environment.folder)}/${one.name.replaceAll('-', '_')}-${one.version}.dist-info`;
    machine.files.makeFolder(home, { user: process.user, parents: true });
    machine.files.write(`${home}/METADATA`, Buffer.from(`Name: ${one.name}\nVersion: ${one.version}\n`), { user: process.user });
    machine.files.writeHollow(`${home}/RECORD`, { bytes, sha256: '' }, process.user);
  }
  if (!environment.isUv)
    await say(
      `Installing collected packages: ${found
        .map(({ name }) => name)
        .reverse()
        .join(', ')}`,
    );
  const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
  if (!(await waitSimulated(process, machine, (bytes / downloadRate(simulation.faults)) * INSTALL_SHARE * 1000))) return false;
  for (const script of found.flatMap(({ scripts }) => scripts))
    putScript(machine.files, process.user, `${environment.folder}/bin/${script}`);
  if (environment.isUv) await say(found.map(({ name, version }) => ` + ${name}==${version}`).join('\n'));
  else await say(`Successfully installed ${found.map(({ name, version }) => `${name}-${version}`).join(' ')}`);
  return true;
}

function failedDownload({ isUv }: Environment, { name, version }: Distribution): Failure {
  return isUv
    ? new Failure(
        `error: Failed to fetch: \`https://pypi.org/simple/${name}/\`\n  Caused by: error sending request for url (https://pypi.org/simple/${name}/)\n  Caused by: operation timed out`,
        2,
      )
    : new Failure(
        `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError("HTTPSConnectionPool(host='pypi.org', port=443): Read timed out. (read timeout=15)")': /simple/${name}/\nERROR: Could not find a version that satisfies the requirement ${name}==${version} (from versions: none)\nERROR: No matching distribution found for ${name}==${version}`,
        1,
      );
}

/** A size in pip's words: `8.1 MB`. */
function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
