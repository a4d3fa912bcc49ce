const NEWLINE = 0x0a;
const CUT_MARK = '\u2026';

export interface LineSplitter {
  /** The lines that this piece completes, without their newline. */
  add(chunk: Buffer): string[];
  /** What came after the last newline; null = nothing. */
  rest(): string | null;
}

/** Splits bytes into UTF-8 lines; a line longer than `maxBytes` is cut, marked by a trailing U+2026, its rest dropped. */
export function createLineSplitter(maxBytes: number): LineSplitter {
  let parts: Buffer[] = [];
  let bytes = 0;
  let cut = false;

  const keep = (piece: Buffer): void => {
    const room = maxBytes - bytes;
    if (piece.length > room) cut = true;
    const head = piece.length > room ? piece.subarray(0, room) : piece;
    if (head.length === 0) return;
    bytes += head.length;
    parts.push(head);
  };
  const take = (): string => {
    const [only] = parts;
    const whole = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    const line = cut ? whole.subarray(0, wholeCharacters(whole)).toString('utf8') + CUT_MARK : whole.toString('utf8');
    parts = [];
    bytes = 0;
    cut = false;
    return line;
  };

  return {
    add: (chunk) => {
      const lines: string[] = [];
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, at));
        lines.push(take());
        from = at + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
      return lines;
    },
    rest: () => (bytes > 0 ? take() : null),
  };
}

/** The length without a character that the cut went through. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > 0 && bytes.length - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const first = bytes[start] ?? 0;
  const needs = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + needs > bytes.length ? Math.max(start, 0) : bytes.length;
}
