import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../scripts/cache.mjs';
import { installCommand, missingPackages } from '../../scripts/system-packages.mjs';
import { BARE_FILES, BARE_SCRIPT, SCRIPT_OF_RELEASE, SERVICES_FILES, SERVICES_SCRIPT } from './host-files.ts';

/** The Debian releases that are booted: systemd 252, OpenSSH 9.2 and sudo; systemd 257, OpenSSH 10 and sudo-rs in sudo's place. */
export const RELEASES = ['bookworm', 'trixie'] as const;
export type HostRelease = (typeof RELEASES)[number];
/** `services`: units of every kind, nginx, and users of every shell. `bare`: a server right after its installation, with one user who may use sudo. */
export const HOST_KINDS = ['services', 'bare'] as const;
export type HostKind = (typeof HOST_KINDS)[number];
const UNUSED_AFTER_MS = 3_600_000;
const BASE_PACKAGES = 'systemd,systemd-sysv,dbus,openssh-server,sudo,python3,procps,iproute2';
const PACKAGES_OF_RELEASE: Readonly<Record<HostRelease, string>> = { bookworm: '', trixie: ',sudo-rs' };
const SERVICES_PACKAGES = ['nginx-light', 'curl', 'ca-certificates', 'tcsh', 'fish', 'opendoas', 'libpam-oath'];
/** No service of a package is started while it is installed into an image. */
const INSTALL_SERVICES_PACKAGES = `set -e
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends ${SERVICES_PACKAGES.join(' ')}
rm /usr/sbin/policy-rc.d
rm -rf /var/lib/apt/lists/*
apt-get clean
`;

/** Runs a program to its end; throws with what it said when it fails. */
export function must(
  command: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  const answer = spawnSync(command, [...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (answer.status !== 0)
    throw new Error(`${command} ${args.join(' ')}: exit ${answer.status}\n${(answer.stderr ?? '').slice(-3000)}${answer.error ?? ''}`);
  return answer.stdout;
}

/** As {@link must}, without blocking this process. */
export function mustLater(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { maxBuffer: 64 * 1024 * 1024 }, (failure, stdout, stderr) => {
      if (failure === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: exit ${failure.code}\n${stdout.slice(-3000)}${stderr.slice(-3000)}`));
    });
  });
}

/** Null when a real host can be booted here, else why not. */
export function whyNoRealHost(): string | null {
  if (process.platform !== 'linux') return 'a real systemd host needs Linux';
  if (process.getuid?.() !== 0) return 'a real systemd host needs root (systemd-nspawn)';
  return null;
}

function ensureTools(): void {
  const missing = missingPackages(['host', 'tests']);
  if (missing.length > 0) throw new Error(`the test host needs ${missing.join(', ')}. ${installCommand(missing)}`);
}

/** The Debian that every image grows out of, as debootstrap leaves it. */
export function baseImage(release: HostRelease): string {
  ensureTools();
  const packages = BASE_PACKAGES + PACKAGES_OF_RELEASE[release];
  return cached(`host-base-${release}`, packages, (work) => {
    must('debootstrap', ['--variant=minbase', `--include=${packages}`, release, work]);
    must('chroot', [work, 'apt-get', 'clean']);
    rmSync(join(work, 'var', 'lib', 'apt', 'lists'), { recursive: true, force: true });
    mkdirSync(join(work, 'var', 'lib', 'apt', 'lists', 'partial'), { recursive: true });
  });
}

/** The unpacked system that every test host of this kind is a copy of; built once and kept in the user's cache. */
export function hostImage(release: HostRelease = 'bookworm', kind: HostKind = 'services'): string {
  const base = baseImage(release);
  const copy = (work: string): void => void must('cp', ['-a', '--reflink=auto', `${base}/.`, work]);
  const script = (text: string) => text + SCRIPT_OF_RELEASE[release];
  if (kind === 'bare')
    return cached(`host-bare-${release}`, JSON.stringify([base, BARE_FILES, script(BARE_SCRIPT)]), (work) => {
      copy(work);
      install(work, BARE_FILES, script(BARE_SCRIPT));
    });
  const packages = cached(`host-packages-${release}`, JSON.stringify([base, INSTALL_SERVICES_PACKAGES]), (work) => {
    copy(work);
    must('chroot', [work, '/bin/sh'], { input: INSTALL_SERVICES_PACKAGES });
  });
  const files = [...BARE_FILES, ...SERVICES_FILES];
  const setUp = BARE_SCRIPT + script(SERVICES_SCRIPT);
  return cached(`host-image-${release}`, JSON.stringify([packages, files, setUp]), (work) => {
    must('cp', ['-a', '--reflink=auto', `${packages}/.`, work]);
    install(work, files, setUp);
  });
}

function install(root: string, files: typeof BARE_FILES, setUp: string): void {
  for (const { path, content, mode } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  }
  must('chroot', [root, '/bin/sh'], { input: setUp });
}

/** The folder of this name and content in the cache, built when it is not there; then those of the name that nobody used for an hour are removed. */
export function cached(name: string, content: string, build: (work: string) => void): string {
  const folder = join(cacheFolder(), `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`);
  const now = new Date();
  if (existsSync(folder)) {
    utimesSync(folder, now, now);
    return folder;
  }
  const work = `${folder}.building-${process.pid}`;
  mkdirSync(work, { recursive: true });
  build(work);
  try {
    renameSync(work, folder);
  } catch (cause) {
    // Another process has built the same meanwhile.
    if (!existsSync(folder)) throw cause;
    rmSync(work, { recursive: true, force: true });
  }
  utimesSync(folder, now, now);
  for (const old of readdirSync(cacheFolder())) {
    // Images of before there were several releases have none in their names.
    if (!old.startsWith(`${name}-`) && !/^host-(?:bare|image)-[0-9a-f]{12}(?:\.|$)/.test(old)) continue;
    const path = join(cacheFolder(), old);
    // Another branch's tests may copy from it at this moment.
    if (path !== folder && now.getTime() - statSync(path).mtimeMs > UNUSED_AFTER_MS) rmSync(path, { recursive: true, force: true });
  }
  return folder;
}
