const MAX_PREFACE_BYTES = 2_000;

/** Lets through what comes after a marker line: before it lies what the login shell printed by itself. */
export interface MarkerGate {
  /** The bytes of this piece that belong to the command; null = none. */
  pass(chunk: Buffer): Buffer | null;
  isOpen(): boolean;
  /** What came before the marker, cut. */
  preface(): string;
}

export function createMarkerGate(marker: string): MarkerGate {
  const line = Buffer.from(`${marker}\n`);
  let isOpen = false;
  let preface = Buffer.alloc(0);
  /** The end of what was seen, as long as a marker may have begun in it. */
  let tail = Buffer.alloc(0);
  const keepPreface = (bytes: Buffer): void => {
    if (preface.length < MAX_PREFACE_BYTES) preface = Buffer.concat([preface, bytes]).subarray(0, MAX_PREFACE_BYTES);
  };
  return {
    pass: (chunk) => {
      if (isOpen) return chunk;
      const seen = Buffer.concat([tail, chunk]);
      const at = seen.indexOf(line);
      if (at < 0) {
        const settled = Math.max(0, seen.length - line.length + 1);
        keepPreface(seen.subarray(0, settled));
        tail = seen.subarray(settled);
        return null;
      }
      isOpen = true;
      keepPreface(seen.subarray(0, at));
      tail = Buffer.alloc(0);
      const rest = seen.subarray(at + line.length);
      return rest.length > 0 ? rest : null;
    },
    isOpen: () => isOpen,
    preface: () => Buffer.concat([preface, tail]).subarray(0, MAX_PREFACE_BYTES).toString('utf8'),
  };
}
