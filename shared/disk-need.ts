/** Space besides the files themselves, for unpacking and logs meanwhile. */
const SPARE_BYTES = 1024 ** 3;

/** How many bytes the disk lacks for a download; 0 = it fits, or one of the two is not known. */
export function missingBytes(neededBytes: number | null, freeBytes: number | null): number {
  return neededBytes === null || freeBytes === null ? 0 : Math.max(0, neededBytes + SPARE_BYTES - freeBytes);
}

const GIB = 2 ** 30;
/** What a disk of models, images and logs has free at least: of the two, the one that is reached first counts. */
export const LEAST_FREE = { fail: { bytes: 2 * GIB, share: 0.01 }, warn: { bytes: 20 * GIB, share: 0.05 } } as const;

/** Whether less is free than `least`; a disk smaller than twice the bytes is judged by half of its size. */
export const isShortOf = (
  disk: { readonly free: number; readonly total: number },
  least: { readonly bytes: number; readonly share: number },
) => disk.free < Math.min(least.bytes, disk.total / 2) || (disk.total === 0 ? 1 : disk.free / disk.total) < least.share;

/** The severity of the free space of a disk, in bytes: the same on the Overview and in Checks. */
export function diskSeverity(disk: { readonly free: number; readonly total: number }): 'ok' | 'warning' | 'critical' {
  if (isShortOf(disk, LEAST_FREE.fail)) return 'critical';
  return isShortOf(disk, LEAST_FREE.warn) ? 'warning' : 'ok';
}
