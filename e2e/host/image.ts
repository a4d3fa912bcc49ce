import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../scripts/cache.mjs';
import { installCommand, missingPackages } from '../../scripts/system-packages.mjs';
import { HOST_FILES, SET_UP_SCRIPT } from './host-files.ts';

const INCLUDED = 'systemd,systemd-sysv,dbus,openssh-server,sudo,nginx-light,python3,curl,ca-certificates,procps,iproute2';

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
export function hostImage(): string {
  ensureTools();
  const bare = join(cacheFolder(), `host-bare-${createHash('sha256').update(INCLUDED).digest('hex').slice(0, 12)}`);
  if (!existsSync(bare)) {
    const work = `${bare}.building-${process.pid}`;
    rmSync(work, { recursive: true, force: true });
    must('debootstrap', ['--variant=minbase', `--include=${INCLUDED}`, 'bookworm', work]);
    renameSync(work, bare);
  }
  const identity = createHash('sha256')
    .update(JSON.stringify([INCLUDED, HOST_FILES, SET_UP_SCRIPT]))
    .digest('hex')
    .slice(0, 12);
  const image = join(cacheFolder(), `host-image-${identity}`);
  if (existsSync(image)) return image;
  const work = `${image}.building-${process.pid}`;
  must('cp', ['-a', '--reflink=auto', bare, work]);
  for (const { path, content, mode } of HOST_FILES) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), content);
    chmodSync(join(work, path), mode);
  }
  must('chroot', [work, '/bin/sh'], { input: SET_UP_SCRIPT });
  renameSync(work, image);
  return image;
}
