import { endMarker } from '../../../shared/host-scripts/launcher.ts';

const MAX_PREFACE_BYTES = 2_000;

/** Passes the output between a marker line and the end marker: the rest is output of the login shell. */
export interface MarkerGate {
  /** The bytes of this piece that belong to the command; null = none. */
  pass(chunk: Buffer): Buffer | null;
  /** At the end of the stream: the last bytes, which could have begun an end marker; null = none. */
  rest(): Buffer | null;
  isOpen(): boolean;
  /** What came before the marker, cut. */
  preface(): string;
}

export function createMarkerGate(marker: string): MarkerGate {
  const line = Buffer.from(`${marker}\n`);
  const end = Buffer.from(endMarker(marker));
  let isOpen = false;
  let isEnded = false;
  let preface = Buffer.alloc(0);
  /** The end of the output so far, while it may contain the start of a marker. */
  let tail = Buffer.alloc(0);
  const keepPreface = (bytes: Buffer): void => {
    if (preface.length < MAX_PREFACE_BYTES) preface = Buffer.concat([preface, bytes]).subarray(0, MAX_PREFACE_BYTES);
  };
  const passOutput = (chunk: Buffer): Buffer | null => {
    if (isEnded) return null;
    const seen = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    const at = seen.indexOf(end);
    isEnded = at >= 0;
    const until = isEnded ? at : seen.length - possibleStart(seen, end);
    tail = isEnded ? Buffer.alloc(0) : Buffer.from(seen.subarray(until));
    return until > 0 ? seen.subarray(0, until) : null;
  };
  return {
    pass: (chunk) => {
      if (isOpen) return passOutput(chunk);
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
      return passOutput(seen.subarray(at + line.length));
    },
    rest: () => {
      const left = isOpen && tail.length > 0 ? tail : null;
      if (isOpen) tail = Buffer.alloc(0);
      return left;
    },
    isOpen: () => isOpen,
    preface: () => Buffer.concat([preface, tail]).subarray(0, MAX_PREFACE_BYTES).toString('utf8'),
  };
}

/** How many bytes at the end of `seen` are the beginning of `wanted`. */
function possibleStart(seen: Buffer, wanted: Buffer): number {
  for (let length = Math.min(seen.length, wanted.length - 1); length > 0; length -= 1) {
    if (seen.subarray(seen.length - length).equals(wanted.subarray(0, length))) return length;
  }
  return 0;
}
