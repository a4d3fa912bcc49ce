import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** How this start stands to other panels on the same data folder. */
export type PanelLock = 'taken' | 'other-panel' | 'no-lock';

/**
 * Takes the lock of the data folder. Chromium also reports "another one has it" where it could not write the lock at all, because the
 * folder is full, read-only or gone: only a process that lives counts as another panel. Never throws.
 */
export function takeLock(o: { readonly folder: string; readonly request: () => boolean; readonly platform: string }): PanelLock {
  if (o.request()) return 'taken';
  if (o.platform === 'win32') return whyUnwritable(o.folder) === null ? 'other-panel' : 'no-lock';
  return isHeld(join(o.folder, 'SingletonLock')) ? 'other-panel' : 'no-lock';
}

/** Chromium's lock is a link to HOST-PID. One of another computer, or of a process that is gone, holds nothing here. */
function isHeld(lock: string): boolean {
  try {
    const [, host, pid] = /^(.*)-(\d+)$/.exec(readlinkSync(lock)) ?? [];
    if (host !== hostname() || Number(pid) === process.pid) return false;
    process.kill(Number(pid), 0);
    return true;
  } catch (cause) {
    // A process of another user lives, too.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM' && 'syscall' in cause && cause.syscall === 'kill';
  }
}

/** What keeps files from being written to this folder, which is made if it is not there; null = nothing. Leaves no file. */
export function whyUnwritable(folder: string): unknown {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    // More than an empty file: a full disk takes names, and no bytes.
    writeFileSync(probe, Buffer.alloc(4096), { mode: 0o600 });
    return null;
  } catch (cause) {
    return cause;
  } finally {
    removeQuietly(probe);
  }
}

/** An empty folder for Chromium's own files, where the data folder takes none; null = no place takes any. */
export function openScratchFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  for (const place of [environment['XDG_RUNTIME_DIR'], tmpdir(), '/dev/shm']) {
    if (place === undefined || place === '' || whyUnwritable(place) !== null) continue;
    try {
      return mkdtempSync(join(place, 'ada-panel-'));
    } catch {
      // The next place may do.
    }
  }
  return null;
}

/** Removes a file or folder; what cannot be removed stays. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It is small and in a place for temporary files, or was never made.
  }
}
