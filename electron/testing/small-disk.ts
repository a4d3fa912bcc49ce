import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few pages that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it and leaves `freeBytes` (in whole pages). */
  fill(freeBytes: number): void;
  /** Gives back what {@link SmallDisk.fill} took. */
  free(): void;
  setReadOnly(isReadOnly: boolean): void;
  remove(): void;
}

/** Why there can be no small disk here; null = there can. In CI that is an error, so that no test is skipped in silence. */
export function whyNoSmallDisk(): string | null {
  const why =
    process.platform !== 'linux' ? 'a tmpfs needs Linux' : process.getuid?.() !== 0 ? 'mounting a tmpfs needs root' : probeMount();
  if (why !== null && process.env['CI'] !== undefined && process.platform === 'linux') throw new Error(why);
  if (why !== null) process.stderr.write(`skipped: tests on a full disk: ${why}\n`);
  return why;
}

function probeMount(): string | null {
  try {
    openSmallDisk(64 * 1024).remove();
    return null;
  } catch (cause) {
    return String(cause);
  }
}

/** Mounts a tmpfs of `bytes`; throws when mount(8) refuses. */
export function openSmallDisk(bytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'ada-panel-small-disk-'));
  mount('-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: (freeBytes) => {
      // Until nothing more goes in, then as much as is wanted is given back.
      const descriptor = openSync(filler, 'w');
      let size = 0;
      try {
        const page = Buffer.alloc(4096, 1);
        for (;;) size += writeSync(descriptor, page);
      } catch {
        ftruncateSync(descriptor, Math.max(0, size - freeBytes));
      } finally {
        closeSync(descriptor);
      }
    },
    free: () => rmSync(filler, { force: true }),
    setReadOnly: (isReadOnly) => mount('-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, folder),
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}
