/** `2026-01-31-14-02-03` of UTC, for names of exported files. */
export function timeStamp(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace(/[:T]/g, '-');
}

/** The name that is suggested for an export of a host: `checks-ada2-2026-01-31-14-02-03.md`. */
export function exportName(what: string, label: string, atMs: number, extension: string): string {
  return `${what}-${label.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}-${timeStamp(atMs)}.${extension}`;
}

/** The same pieces, counted as they are taken. */
export function countPieces(from: Iterable<string> | AsyncIterable<string>): {
  readonly pieces: AsyncIterable<string>;
  readonly count: () => number;
} {
  let taken = 0;
  async function* pieces(): AsyncGenerator<string, void, void> {
    for await (const piece of from) {
      taken += 1;
      yield piece;
    }
  }
  return { pieces: pieces(), count: () => taken };
}
