import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this start got the lock of the data folder. */
export type PanelLock = 'taken' | 'other-panel' | 'no-lock';

/**
 * Takes the lock of the data folder. Chromium reports a lock that it could not write (folder full, read-only or gone) as held, so only
 * a live process counts as another panel. Never throws.
 */
export function takeLock(o: { readonly folder: string; readonly request: () => boolean; readonly platform: string }): PanelLock {
  if (o.request()) return 'taken';
  if (o.platform === 'win32') return whyUnwritable(o.folder) === null ? 'other-panel' : 'no-lock';
  return isHeld(join(o.folder, 'SingletonLock')) ? 'other-panel' : 'no-lock';
}

/** Chromium's lock is a link to HOST-PID. A lock of another computer or a dead process is stale. */
function isHeld(lock: string): boolean {
  try {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(readlinkSync(lock)) ?? [];
    if (host !== hostname() || Number(pid) === process.pid) return false;
    process.kill(Number(pid), 0);
    return true;
  } catch (cause) {
    // EPERM means a live process of another user.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM' && 'syscall' in cause && cause.syscall === 'kill';
  }
}

/** Why no file can be written to this folder, which is created if missing; null = it is writable. Leaves no file. */
export function whyUnwritable(folder: string): unknown {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    // A full disk still accepts empty files.
    writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600 });
    return null;
  } catch (cause) {
    return cause;
  } finally {
    removeQuietly(probe);
  }
}

/** A temporary folder for Chromium's own files, for a data folder that is not writable; null = no writable place found. */
export function openScratchFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  for (const place of [environment['XDG_RUNTIME_DIR'], tmpdir(), '/dev/shm']) {
    if (place === undefined || place === '' || whyUnwritable(place) !== null) continue;
    try {
      return mkdtempSync(join(place, 'ada-panel-'));
    } catch {
      // Try the next place.
    }
  }
  return null;
}

/** Removes a file or folder and ignores failures. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The rest is small and in a temporary place, or was never created.
  }
}
