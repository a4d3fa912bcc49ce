import { BrokenPipe } from '../base/streams.ts';
import { ADMIN_PROGRAMS } from './admin-programs.ts';
import { DOWNLOAD_PROGRAMS } from './download-programs.ts';
import { FILE_PROGRAMS } from './file-programs.ts';
import { sh } from './host-script-programs.ts';
import { journalctl } from './journalctl.ts';
import { nvidiaSmi } from './nvidia-smi.ts';
import { type LabProcess, type Machine, NOT_FOUND, PIPE_BROKE, type Program } from './process.ts';
import { SMALL_PROGRAMS } from './small-programs.ts';
import { sudo } from './sudo.ts';
import { systemctl } from './systemctl.ts';
import { SYSTEMD_PROGRAMS } from './systemd-programs.ts';

const stdbuf: Program = async (process, machine) => {
  const at = process.argv.findIndex((arg, index) => index > 0 && !arg.startsWith('-'));
  const argv = process.argv.slice(at);
  if (find(argv[0] ?? '', machine) === null) {
    await process.stderr.write(`stdbuf: failed to run command '${argv[0] ?? ''}': No such file or directory\n`);
    return NOT_FOUND;
  }
  return machine.execute({ ...process, argv });
};

const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  Object.entries({
    ...SMALL_PROGRAMS,
    ...DOWNLOAD_PROGRAMS,
    ...FILE_PROGRAMS,
    ...ADMIN_PROGRAMS,
    ...SYSTEMD_PROGRAMS,
    sh,
    sudo,
    systemctl,
    journalctl,
    stdbuf,
    'nvidia-smi': nvidiaSmi,
  }),
);
const FOLDERS = new Set(['/bin', '/usr/bin', '/sbin', '/usr/sbin', '/usr/local/bin']);

/** Programs that are there once their package is. */
const PROGRAM_FILES: Readonly<Record<string, string>> = { nginx: '/usr/sbin/nginx' };

/** The program of a name or path; null = not installed. */
function find(name: string, machine: Machine): Program | null {
  const slash = name.lastIndexOf('/');
  if (slash >= 0 && !FOLDERS.has(name.slice(0, slash))) return null;
  const base = name.slice(slash + 1);
  const { faults } = machine.simulation;
  if (base === 'nvidia-smi' && (faults.has('nvidia-smi-missing') || faults.has('gpu-never-there'))) return null;
  const ofPackage = PROGRAM_FILES[base];
  return ofPackage !== undefined && !machine.files.isProgram(ofPackage) ? null : (PROGRAMS.get(base) ?? null);
}

/** Runs argv[0]. Exit code 127 with bash's message for a missing program, 141 after a write to a closed pipe. */
export async function execute(process: LabProcess, machine: Machine): Promise<number> {
  const name = process.argv[0] ?? '';
  const program = find(name, machine);
  try {
    if (program !== null) return await program(process, machine);
    await process.stderr.write(
      name.includes('/') ? `bash: line 1: ${name}: No such file or directory\n` : `bash: line 1: ${name}: command not found\n`,
    );
    return NOT_FOUND;
  } catch (thrown) {
    if (thrown instanceof BrokenPipe) return PIPE_BROKE;
    throw thrown;
  }
}
