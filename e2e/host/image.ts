import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../scripts/cache.mjs';
import { installCommand, missingPackages } from '../../scripts/system-packages.mjs';
import { HOST_FILES, SET_UP_OF_RELEASE, SET_UP_SCRIPT } from './host-files.ts';

/** The Debian releases that are booted: systemd 252, OpenSSH 9.2 and sudo; systemd 257, OpenSSH 10 and sudo-rs in sudo's place. */
export const RELEASES = ['bookworm', 'trixie'] as const;
export type HostRelease = (typeof RELEASES)[number];
const UNUSED_AFTER_MS = 3_600_000;
const INCLUDED =
  'systemd,systemd-sysv,dbus,openssh-server,sudo,nginx-light,python3,curl,ca-certificates,procps,iproute2,tcsh,fish,opendoas,libpam-oath';
const ALSO_INCLUDED: Readonly<Record<HostRelease, string>> = { bookworm: '', trixie: ',sudo-rs' };

/** Runs a program to its end; throws with what it said when it fails. */
export function must(command: string, args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}): string {
  const answer = spawnSync(command, [...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (answer.status !== 0)
    throw new Error(`${command} ${args.join(' ')}: exit ${answer.status}\n${(answer.stderr ?? '').slice(-3000)}${answer.error ?? ''}`);
  return answer.stdout;
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

/** The unpacked system that every test host is a copy of; built once and kept in the user's cache. */
export function hostImage(release: HostRelease = 'bookworm'): string {
  ensureTools();
  const included = INCLUDED + ALSO_INCLUDED[release];
  const bare = cached(`host-bare-${release}`, included, (work) => {
    must('debootstrap', ['--variant=minbase', `--include=${included}`, release, work]);
  });
  const setUp = SET_UP_SCRIPT + SET_UP_OF_RELEASE[release];
  return cached(`host-image-${release}`, JSON.stringify([included, HOST_FILES, setUp]), (work) => {
    must('cp', ['-a', '--reflink=auto', `${bare}/.`, work]);
    for (const { path, content, mode } of HOST_FILES) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
      chmodSync(join(work, path), mode);
    }
    must('chroot', [work, '/bin/sh'], { input: setUp });
  });
}

/** The folder of this name and content in the cache, built when it is not there; then those of the name that nobody used for an hour are removed. */
function cached(name: string, content: string, build: (work: string) => void): string {
  const folder = join(cacheFolder(), `${name}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`);
  const now = new Date();
  if (existsSync(folder)) {
    utimesSync(folder, now, now);
    return folder;
  }
  const work = `${folder}.building-${process.pid}`;
  mkdirSync(work, { recursive: true });
  build(work);
  renameSync(work, folder);
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
