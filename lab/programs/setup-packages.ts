import { type LabPackage, uriLine } from '../base/packages.ts';
import { downloadRate } from '../base/remote-files.ts';
import { pause } from '../base/streams.ts';
import { installPackage } from '../host/host-image.ts';
import type { LabProcess, Machine, Program } from './process.ts';
import { TERMINATED } from './process.ts';
import { waitSimulated } from './simulated-time.ts';

const FAILED = 100;
const LOCK_TIMEOUT_S = 1800;
const UNPACK_MS = 400;
/** The archive is slower than the connection. */
const ARCHIVE_SHARE = 0.02;

/** Installs packages with the words of apt-get (docstring of `setupPackages`). */
export const installPackages: Program = async (process, machine) => {
  const { simulation } = machine;
  const { faults } = simulation;
  const say = (...lines: readonly string[]): Promise<void> => process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  for (let waitedS = 0; faults.has('setup-apt-lock-held'); waitedS += 1) {
    const held = 'Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4119 (unattended-upgr)';
    if (waitedS >= LOCK_TIMEOUT_S) {
      await process.stderr.write(
        `E: ${held}\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?\n`,
      );
      return FAILED;
    }
    await say(`Waiting for cache lock: ${held}... ${waitedS}s`);
    if (!(await pause(1000, process.killed, machine.power))) return TERMINATED;
  }
  const names = process.argv;
  const planned = simulation.packages.plan(names);
  await say('Reading package lists...', 'Building dependency tree...', 'Reading state information...');
  if (typeof planned === 'string') {
    await process.stderr.write(`E: Unable to locate package ${planned}\n`);
    return FAILED;
  }
  for (const name of names.filter((known) => simulation.packages.versionOf(known) !== null))
    await say(`${name} is already the newest version (${simulation.packages.versionOf(name)}).`);
  await say(...describePlan(planned, names));
  for (const [index, one] of planned.entries()) {
    if (faults.has('setup-download-fails')) return await failDownload(process, one, index + 1);
    await say(
      `Get:${index + 1} http://archive.ubuntu.com/ubuntu noble-updates/main amd64 ${one.name} ${one.architecture} ${one.version} [${size(one.bytes)}]`,
    );
    if (!(await waitSimulated(process, machine, (one.bytes / (downloadRate(faults) * ARCHIVE_SHARE)) * 1000))) return TERMINATED;
  }
  if (planned.length > 0) await say(`Fetched ${size(planned.reduce((sum, { bytes }) => sum + bytes, 0))} in 1s (2,914 kB/s)`);
  for (const step of ['unpack', 'set up'] as const) {
    for (const one of planned) {
      if (!(await waitSimulated(process, machine, UNPACK_MS))) return TERMINATED;
      if (step === 'unpack') {
        if (faults.has('setup-disk-full')) return await failUnpack(process, one);
        await say(`Selecting previously unselected package ${one.name}.`, `Unpacking ${one.name} (${one.version}) ...`);
      } else {
        await say(`Setting up ${one.name} (${one.version}) ...`);
        installPackage(simulation, one.name);
      }
    }
  }
  await startServices(machine);
  return 0;
};

/** Debian's packages start the services that they bring. */
async function startServices({ simulation }: Machine): Promise<void> {
  const { units } = simulation;
  const before = new Set(units.units.keys());
  units.reload();
  for (const unit of units.units.values()) {
    if (before.has(unit.definition.name) || unit.unitFileState !== 'enabled') continue;
    await new Promise((resolve) => units.start(unit, resolve));
  }
}

function describePlan(planned: readonly LabPackage[], names: readonly string[]): readonly string[] {
  const more = planned.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  const bytes = planned.reduce((sum, one) => sum + one.bytes, 0);
  return [
    ...(more.length === 0 ? [] : ['The following additional packages will be installed:', `  ${more.sort().join(' ')}`]),
    ...(planned.length === 0
      ? []
      : [
          'The following NEW packages will be installed:',
          `  ${planned
            .map(({ name }) => name)
            .sort()
            .join(' ')}`,
        ]),
    `0 upgraded, ${planned.length} newly installed, 0 to remove and 0 not upgraded.`,
    ...(planned.length === 0
      ? []
      : [`Need to get ${size(bytes)} of archives.`, `After this operation, ${size(bytes * 3.4)} of additional disk space will be used.`]),
  ];
}

async function failDownload(process: LabProcess, one: LabPackage, index: number): Promise<number> {
  const [, uri = ''] = uriLine(one).split("'");
  const why = 'Could not connect to archive.ubuntu.com:80 (185.125.190.83), connection timed out';
  await process.stdout.write(
    `Err:${index} http://archive.ubuntu.com/ubuntu noble-updates/main amd64 ${one.name} ${one.architecture} ${one.version}\n  ${why}\n`,
  );
  await process.stderr.write(
    `E: Failed to fetch ${uri}  ${why}\nE: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n`,
  );
  return FAILED;
}

async function failUnpack(process: LabProcess, one: LabPackage): Promise<number> {
  const archive = `/var/cache/apt/archives/${one.name}_${one.version}_${one.architecture}.deb`;
  await process.stderr.write(
    `dpkg: error processing archive ${archive} (--unpack):\n cannot copy extracted data to '/usr/share/doc/${one.name}': failed to write (No space left on device)\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n`,
  );
  return FAILED;
}

/** A size in apt's words: `43.4 kB`. */
function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const kilo = bytes / 1000;
  if (kilo < 100) return `${kilo.toFixed(1)} kB`;
  return kilo < 10_000 ? `${Math.round(kilo).toLocaleString('en-US')} kB` : `${(kilo / 1000).toFixed(1)} MB`;
}
