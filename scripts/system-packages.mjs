// Every package of the operating system that the panel and its tests need, by its Debian name, in one place.
import { existsSync } from 'node:fs';
import { print, SetupError } from './output.mjs';
import { ask, findProgram, isRoot, run } from './processes.mjs';

/**
 * `programs`: what is called by that name. `use`: `libraries` = Electron itself, `display` = a screen where there is none, `tests` =
 * programs that tests call, `host` = the systemd host that tests boot (root only).
 */
export const SYSTEM_PACKAGES = [
  { name: 'libgtk-3-0', use: 'libraries', programs: [] },
  { name: 'libnss3', use: 'libraries', programs: [] },
  { name: 'libasound2', use: 'libraries', programs: [] },
  { name: 'libgbm1', use: 'libraries', programs: [] },
  { name: 'libxss1', use: 'libraries', programs: [] },
  { name: 'libxtst6', use: 'libraries', programs: [] },
  { name: 'libatk-bridge2.0-0', use: 'libraries', programs: [] },
  { name: 'libdrm2', use: 'libraries', programs: [] },
  { name: 'libxkbcommon0', use: 'libraries', programs: [] },
  { name: 'xvfb', use: 'display', programs: ['Xvfb', 'xvfb-run'] },
  { name: 'xauth', use: 'display', programs: ['xauth'] },
  { name: 'openssh-client', use: 'tests', programs: ['ssh', 'ssh-keygen', 'ssh-add', 'ssh-agent'] },
  { name: 'openssh-server', use: 'tests', programs: ['sshd'] },
  { name: 'curl', use: 'tests', programs: ['curl'] },
  { name: 'openssl', use: 'tests', programs: ['openssl'] },
  { name: 'sudo', use: 'tests', programs: ['sudo', 'visudo'] },
  { name: 'procps', use: 'tests', programs: ['ps', 'pgrep', 'pkill'] },
  { name: 'iproute2', use: 'host', programs: ['ip', 'tc', 'ss'] },
  { name: 'systemd-container', use: 'host', programs: ['systemd-nspawn'] },
  { name: 'debootstrap', use: 'host', programs: ['debootstrap'] },
  { name: 'git', use: 'host', programs: ['git'] },
  { name: 'python3', use: 'host', programs: ['python3'] },
  { name: 'python3-pip', use: 'host', programs: ['pip3'] },
  { name: 'ansible-core', use: 'host', programs: ['ansible-playbook'] },
];

/** Programs of Debian's essential packages, which every Debian and Ubuntu has. */
export const ESSENTIAL_PROGRAMS = [
  ...[
    'apt-config',
    'apt-get',
    'awk',
    'bash',
    'cat',
    'chmod',
    'chown',
    'chroot',
    'cp',
    'dash',
    'dd',
    'df',
    'dpkg',
    'dpkg-deb',
    'env',
    'false',
    'find',
  ],
  ...['flock', 'grep', 'gzip', 'head', 'id', 'kill', 'ldd', 'ln', 'ls', 'mkdir', 'mkfifo', 'mktemp', 'mount', 'mv', 'nsenter', 'printf'],
  ...['rm', 'sed', 'setsid', 'sh', 'sha256sum', 'sleep', 'stat', 'su', 'tail', 'tar', 'timeout', 'touch', 'tr', 'true', 'truncate'],
  ...['umount', 'uname', 'unshare', 'which'],
];

/** The packages of these uses of which a program is missing here; libraries are found missing by `missingLibraries`. */
export function missingPackages(uses) {
  return SYSTEM_PACKAGES.filter(({ use, programs }) => uses.includes(use) && programs.some((program) => findProgram(program) === null)).map(
    ({ name }) => name,
  );
}

/** Library names that the dynamic loader does not find for `executable`. */
export function missingLibraries(executable) {
  const listed = ask('ldd', [executable]);
  if (listed === null) return [];
  return listed
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
}

const isDebian = () => existsSync('/etc/debian_version');

/** Ubuntu 24.04 renamed some packages with a t64 ending: takes the name that this system knows. */
function knownName(name) {
  const candidates = [name, `${name}t64`];
  return candidates.find((candidate) => /Candidate: (?!\(none\))/.test(ask('apt-cache', ['policy', candidate]) ?? '')) ?? name;
}

/** The line that installs these packages, or what to look for on another system. */
export function installCommand(names) {
  return isDebian()
    ? `Run: sudo apt-get install -y ${names.map(knownName).join(' ')}`
    : `Install what these Debian packages hold with your package manager: ${names.join(' ')}`;
}

async function install(names) {
  print(`installing ${names.join(' ')}…`);
  const quiet = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] };
  await run('apt-get', ['update', '-qq'], quiet);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names.map(knownName)], quiet);
}

/**
 * Installs what is missing of these uses as root on Debian and Ubuntu, and names it elsewhere. Without `mustHave` (or in CI as root)
 * the program continues: the tests that need a missing package are skipped with a message. `executable`: the Electron whose libraries are needed, or null.
 */
export async function ensureSystemPackages({ executable, uses, mustHave }) {
  if (process.platform !== 'linux') return;
  const libraries = executable === null ? [] : missingLibraries(executable);
  const wanted = [
    ...(libraries.length > 0 ? SYSTEM_PACKAGES.filter(({ use }) => use === 'libraries').map(({ name }) => name) : []),
    ...missingPackages(uses),
  ];
  if (wanted.length === 0) return;
  if (isRoot() && isDebian()) await install(wanted);
  const lacking = executable === null ? [] : missingLibraries(executable);
  if (lacking.length > 0)
    throw new SetupError(`This system lacks libraries that Electron needs (${lacking.join(', ')}).`, installCommand(wanted));
  const left = missingPackages(uses);
  if (left.length === 0) return;
  const missing = `This system lacks ${left.join(', ')}`;
  const isCi = process.env.CI !== undefined && isRoot();
  if (mustHave || isCi) throw new SetupError(`${missing}.`, installCommand(left));
  print(`${missing}: tests that need them are skipped. ${installCommand(left)}`);
}
