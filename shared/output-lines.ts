const MAX_LINES = 5_000;
const MAX_LINE_CHARS = 8_192;
const MAX_CHARS = 512 * 1024;

/**
 * The lines of a program's output, without their ends, so that what is read from a host has a bound before any pattern is
 * tried: at most 5,000 that are not empty, each cut at 8,192 characters. Linear.
 */
export function outputLines(text: string): readonly string[] {
  const lines: string[] = [];
  const end = Math.min(text.length, MAX_CHARS);
  for (let from = 0; from < end && lines.length < MAX_LINES; ) {
    if (text[from] === '\n') {
      from += 1;
      continue;
    }
    const newline = text.indexOf('\n', from);
    const to = newline < 0 || newline > end ? end : newline;
    const last = text[to - 1] === '\r' ? to - 1 : to;
    if (last > from) lines.push(text.slice(from, Math.min(last, from + MAX_LINE_CHARS)));
    from = to + 1;
  }
  return lines;
}
