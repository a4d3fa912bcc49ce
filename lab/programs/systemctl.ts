import type { JobResult, LabUnit } from '../systemd/lab-unit.ts';
import type { ServiceManager } from '../systemd/service-manager.ts';
import { loadWord, type TimeStyle, unitProperties } from '../systemd/unit-properties.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { TERMINATED } from './process.ts';

interface Options {
  readonly verb: string;
  readonly units: readonly string[];
  readonly properties: readonly string[] | null;
  readonly timeStyle: TimeStyle;
  readonly values: boolean;
  readonly json: boolean;
  readonly wait: boolean;
  /** `enable --now` also starts, `disable --now` also stops. */
  readonly now: boolean;
}

const VERSION = `systemd 255 (255.4-1ubuntu8.11)
+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN
`;
const ACTING = new Set(['start', 'stop', 'restart', 'enable', 'disable', 'reset-failed', 'reload', 'reload-or-restart', 'daemon-reload']);

/** systemctl of systemd 255: show, list-units, list-unit-files, is-*, and the verbs, which need root. */
export const systemctl: Program = async (process, machine) => {
  const isOld = machine.simulation.faults.has('systemd-239');
  const newer = process.argv.find((arg) => arg.startsWith('--timestamp'));
  if (isOld && newer !== undefined) {
    await process.stderr.write(`systemctl: unrecognized option '${newer}'\n`);
    return 1;
  }
  const parsed = parseOptions(process.argv.slice(1));
  const options = isOld ? { ...parsed, json: false } : parsed;
  const { units } = machine.simulation;
  switch (options.verb) {
    case '--version':
      await process.stdout.write(isOld ? VERSION.replaceAll('255', '239') : VERSION);
      return 0;
    case 'show':
      await process.stdout.write(show(options, machine));
      return 0;
    case 'list-units': {
      const rows = [...units.units.values()].map((unit) => ({
        unit: unit.definition.name,
        load: loadWord(unit, units),
        active: unit.activeState,
        sub: unit.subState,
        description: unit.definition.description,
      }));
      await process.stdout.write(
        options.json ? `${JSON.stringify(rows)}\n` : rows.map((row) => `${Object.values(row).join(' ')}\n`).join(''),
      );
      return 0;
    }
    case 'list-unit-files': {
      const rows = [...units.units.values()].map((unit) => ({
        unit_file: unit.definition.name,
        state: units.isMasked(unit) ? 'masked' : unit.unitFileState,
        preset: 'enabled',
      }));
      await process.stdout.write(
        options.json ? `${JSON.stringify(rows)}\n` : rows.map((row) => `${Object.values(row).join(' ')}\n`).join(''),
      );
      return 0;
    }
    case 'is-active':
    case 'is-failed':
    case 'is-enabled':
      return ask(options, process, machine);
    case 'is-system-running':
      await process.stdout.write('running\n');
      return 0;
    default:
      if (ACTING.has(options.verb)) return act(options, process, machine);
      await process.stderr.write(`Unknown command verb ${options.verb}.\n`);
      return 1;
  }
};

function parseOptions(args: readonly string[]): Options {
  const words: string[] = [];
  let properties: string[] | null = null;
  let timeStyle: TimeStyle = 'pretty';
  let values = false;
  let json = false;
  let wait = true;
  let now = false;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const [name = '', joined] = arg.split(/=(.*)/s, 2);
    const value = (): string => {
      if (joined !== undefined) return joined;
      index += 1;
      return args[index] ?? '';
    };
    if (arg === '--') {
      words.push(...args.slice(index + 1));
      break;
    }
    if (name === '-p' || name === '--property') properties = [...(properties ?? []), ...value().split(',')];
    else if (name === '--timestamp') timeStyle = style(value());
    else if (name === '--output' || name === '-o') json = value() === 'json';
    else if (name === '--type' || name === '-t' || name === '-n') value();
    else if (arg === '--value') values = true;
    else if (arg === '--no-block') wait = false;
    else if (arg === '--now') now = true;
    else if (arg === '--version') words.unshift('--version');
    else if (!arg.startsWith('-')) words.push(arg);
  }
  return { verb: words[0] ?? 'list-units', units: words.slice(1).map(mangle), properties, timeStyle, values, json, wait, now };
}

function style(word: string): TimeStyle {
  return word === 'unix' || word === 'us+utc' ? word : 'pretty';
}

/** A bare name means a service. */
function mangle(name: string): string {
  return name.includes('.') ? name : `${name}.service`;
}

function show(options: Options, machine: Machine): string {
  const { simulation } = machine;
  const blocks = options.units.map((name) => {
    const properties = unitProperties(name, simulation.units, options.timeStyle, simulation.bootedAt());
    const wanted = properties.filter(([key]) => options.properties === null || options.properties.includes(key));
    return wanted.map(([key, value]) => (options.values ? `${value}\n` : `${key}=${value}\n`)).join('');
  });
  return blocks.join('\n');
}

async function ask(options: Options, process: LabProcess, machine: Machine): Promise<number> {
  let good = false;
  for (const name of options.units) {
    const unit = machine.simulation.units.loaded.find(name);
    if (options.verb === 'is-enabled') {
      if (unit === undefined) {
        await process.stderr.write(`Failed to get unit file state for ${name}: No such file or directory\n`);
        continue;
      }
      const state = machine.simulation.units.isMasked(unit) ? 'masked' : unit.unitFileState;
      good ||= state === 'enabled';
      await process.stdout.write(`${state}\n`);
    } else {
      const state = unit?.activeState ?? 'inactive';
      good ||= options.verb === 'is-active' ? state === 'active' : state === 'failed';
      await process.stdout.write(`${state}\n`);
    }
  }
  return good ? 0 : options.verb === 'is-active' ? 3 : 1;
}

async function act(options: Options, process: LabProcess, machine: Machine): Promise<number> {
  const { verb } = options;
  const manager = machine.simulation.units;
  if (process.user !== 'root') {
    const what = options.units[0] === undefined ? verb : `${verb} ${options.units[0]}`;
    await process.stderr.write(
      `Failed to ${what}: Interactive authentication required.\nSee system logs and 'systemctl status ${options.units[0] ?? ''}' for details.\n`,
    );
    return 1;
  }
  if (verb === 'daemon-reload') manager.reload();
  let exitCode = 0;
  for (const name of options.units) {
    const unit = manager.loaded.find(name);
    const refused = refusal(verb, name, unit, machine);
    if (refused !== null) {
      await process.stderr.write(refused.text);
      exitCode = refused.exitCode;
      continue;
    }
    if (unit === undefined) continue;
    if (verb === 'enable' || verb === 'disable') {
      await process.stderr.write(setEnabled(unit, verb === 'enable', manager));
      if (options.now && (await job(verb === 'enable' ? 'start' : 'stop', unit, process, machine, true)) === null) return TERMINATED;
    } else if (verb === 'reset-failed') {
      manager.resetFailed(unit);
    } else if (verb === 'reload' || (verb === 'reload-or-restart' && unit.activeState === 'active')) {
      machine.simulation.onReload(name);
    } else {
      const result = await job(verb, unit, process, machine, options.wait);
      if (result === null) return TERMINATED;
      const text = jobText(result, name);
      if (text !== '') {
        await process.stderr.write(text);
        exitCode = 1;
      }
    }
  }
  return exitCode;
}

function refusal(
  verb: string,
  name: string,
  unit: LabUnit | undefined,
  machine: Machine,
): { readonly text: string; readonly exitCode: number } | null {
  if (unit === undefined) {
    if (verb === 'enable' || verb === 'disable')
      return { text: `Failed to ${verb} unit: Unit file ${name} does not exist.\n`, exitCode: 1 };
    return {
      text: `Failed to ${verb} ${name}: Unit ${name} not ${verb === 'start' || verb === 'restart' ? 'found' : 'loaded'}.\n`,
      exitCode: verb === 'reset-failed' ? 1 : 5,
    };
  }
  if (!machine.simulation.units.isMasked(unit)) return null;
  if (verb === 'start' || verb === 'restart') return { text: `Failed to ${verb} ${name}: Unit ${name} is masked.\n`, exitCode: 1 };
  if (verb === 'enable') return { text: `Failed to enable unit: Unit file ${unit.definition.fragmentPath} is masked.\n`, exitCode: 1 };
  return null;
}

/** Runs a job to its end; null = the waiting systemctl was ended, while the job continues. */
function job(verb: string, unit: LabUnit, process: LabProcess, machine: Machine, wait: boolean): Promise<JobResult | null> {
  const manager = machine.simulation.units;
  return new Promise((resolve) => {
    const done = (result: JobResult) => resolve(result);
    if (verb === 'start') manager.start(unit, done);
    else if (verb === 'stop') manager.stop(unit, done);
    else manager.restart(unit, done);
    if (!wait) resolve('done');
    for (const signal of [process.killed, machine.power]) signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function jobText(result: JobResult, name: string): string {
  const see = `See "systemctl status ${name}" and "journalctl -xeu ${name}" for details.\n`;
  if (result === 'failed') return `Job for ${name} failed because the control process exited with error code.\n${see}`;
  if (result === 'dependency') return `A dependency job for ${name} failed. See 'journalctl -xe' for details.\n`;
  return result === 'canceled' ? `Job for ${name} canceled.\n` : '';
}

function setEnabled(unit: LabUnit, enabled: boolean, manager: ServiceManager): string {
  const link = `/etc/systemd/system/${unit.definition.wantedBy[0] ?? 'multi-user.target'}.wants/${unit.definition.name}`;
  const was = unit.unitFileState === 'enabled';
  manager.setEnabled(unit, enabled);
  if (was === enabled) return '';
  return enabled ? `Created symlink ${link} → ${unit.definition.fragmentPath}.\n` : `Removed "${link}".\n`;
}
