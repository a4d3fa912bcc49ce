/** Space besides the files themselves, for unpacking and logs meanwhile. */
const SPARE_BYTES = 1024 ** 3;

/** How many bytes the disk lacks for a download; 0 = it fits, or one of the two is not known. */
export function missingBytes(neededBytes: number | null, freeBytes: number | null): number {
  return neededBytes === null || freeBytes === null ? 0 : Math.max(0, neededBytes + SPARE_BYTES - freeBytes);
}
