import { describeFault, FileError } from '../base/files.ts';
import { noInput, type Output } from '../base/streams.ts';
import { readNginxConfig } from '../host/nginx-files.ts';
import type { LabUnit } from '../systemd/lab-unit.ts';
import type { UnitDefinition } from '../systemd/unit-definitions.ts';
import type { Machine, Program } from './process.ts';
import { verifyUnit } from './unit-verify.ts';

const MAIN_CONFIG = '/etc/nginx/nginx.conf';

/** Lines that a program prints go to the journal, as of a unit. */
function journalOutput({ simulation }: Machine, unit: LabUnit): Output & { flush(): void } {
  let rest = '';
  return {
    closed: new AbortController().signal,
    write: async (data) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) simulation.units.print(unit, line);
    },
    flush: () => {
      if (rest !== '') simulation.units.print(unit, rest);
    },
  };
}

/** `systemd-run --quiet --unit=NAME -p KEY=VALUE… -- COMMAND…`: a transient unit, which stays until it is stopped. */
const systemdRun: Program = async (process, machine) => {
  // systemd replaces variables in arguments, and `$$` by `$` (systemd.service(5), "Command lines").
  const argv = process.argv.slice(process.argv.indexOf('--') + 1).map((word) => word.replaceAll('$$', '$'));
  const optionOf = (start: string): string | undefined => process.argv.find((word) => word.startsWith(start))?.slice(start.length);
  const given = optionOf('--unit=') ?? 'run-u1';
  const name = given.includes('.') ? given : `${given}.service`;
  if (process.user !== 'root') {
    await process.stderr.write('Failed to start transient service unit: Interactive authentication required.\n');
    return 1;
  }
  const user = optionOf('User=') ?? 'root';
  const definition: UnitDefinition = {
    name,
    description: optionOf('--description=') ?? argv.join(' '),
    type: 'exec',
    user,
    fragmentPath: `/run/systemd/transient/${name}`,
    enabled: false,
    wantedBy: [],
    conflicts: [],
    environment: {},
    environmentFiles: [],
    startMs: 0,
    stopMs: 60,
    command: argv.join(' '),
    identifier: argv[0] ?? '',
    requires: [],
    memoryMiB: 120,
    tasks: 3,
    startLines: [],
    stopLines: [],
  };
  if (machine.simulation.users.find(user) === null) {
    await process.stderr.write(`Job for ${name} failed because the control process exited with error code.\n`);
    return 1;
  }
  const isStarted = machine.simulation.units.runTransient(definition, async (unit, killed) => {
    const output = journalOutput(machine, unit);
    const status = await machine.execute({ argv, user, stdin: noInput(), stdout: output, stderr: output, killed });
    output.flush();
    return status;
  });
  if (isStarted) return 0;
  await process.stderr.write(`Failed to start transient service unit: Unit ${name} was already loaded or has a fragment file.\n`);
  return 1;
};

/** `systemd-analyze verify PATH`. */
const systemdAnalyze: Program = async (process, machine) => {
  const [, , path = ''] = process.argv;
  try {
    const complaints = verifyUnit(machine, path.slice(path.lastIndexOf('/') + 1), machine.files.read(path, process.user).toString('utf8'));
    await process.stderr.write(complaints.map((line) => `${line}\n`).join(''));
    return complaints.length === 0 ? 0 : 1;
  } catch (thrown) {
    if (!(thrown instanceof FileError)) throw thrown;
    await process.stderr.write(`Failed to prepare filename ${path}: ${describeFault(thrown.fault)}\n`);
    return 1;
  }
};

/** `nginx -t`. */
const nginx: Program = async (process, machine) => {
  const config = readNginxConfig(machine.files);
  if (typeof config === 'string') {
    await process.stderr.write(`${config}\nnginx: configuration file ${MAIN_CONFIG} test failed\n`);
    return 1;
  }
  await process.stderr.write(
    `nginx: the configuration file ${MAIN_CONFIG} syntax is ok\nnginx: configuration file ${MAIN_CONFIG} test is successful\n`,
  );
  return 0;
};

/** Tools around units and the web server. */
export const SYSTEMD_PROGRAMS: Readonly<Record<string, Program>> = { 'systemd-run': systemdRun, 'systemd-analyze': systemdAnalyze, nginx };
