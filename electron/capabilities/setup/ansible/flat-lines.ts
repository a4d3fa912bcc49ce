/** One line of a flat file: what identifies a present one, and what it becomes. */
export interface FlatLine {
  /** Python's and JavaScript's syntax alike. */
  readonly regexp: string;
  readonly line: string;
  /** At the beginning of the file, where no line is replaced. */
  readonly isHead: boolean;
}

const SETTING = /^([A-Za-z_][A-Za-z0-9_.-]{0,99})(?: {0,4}[:=])/;
const MAX_LINES = 200;

/**
 * The lines that an edit of a flat file (`key: value` or `KEY=value`, no nesting) puts into any text, found by what it makes of no file; null
 * where replacing line by line would not give what the edit gives: for no file, and for the present text.
 */
export function flatLinesOf(edit: (present: string | null) => string, present: string | null): readonly FlatLine[] | null {
  const fresh = edit(null);
  const lines: FlatLine[] = [];
  for (const line of fresh
    .replace(/\n$/, '')
    .split('\n')
    .slice(0, MAX_LINES + 1)) {
    const key = SETTING.exec(line)?.[1];
    const isComment = line.startsWith('#');
    if (key === undefined && !isComment) return null;
    if (isComment && lines.some(({ isHead }) => !isHead)) return null;
    const regexp = key === undefined ? `^${escaped(line)}$` : `^${escaped(key)} *[:=]`;
    if (lines.some((other) => other.regexp === regexp)) return null;
    lines.push({ regexp, line, isHead: isComment });
  }
  if (lines.length > MAX_LINES) return null;
  const isSame = (text: string | null): boolean => applyLines(lines, text) === edit(text);
  return isSame(null) && (present === null || isSame(present)) ? lines : null;
}

/** What lineinfile of Ansible makes of a text: the last line that matches is replaced, else the line is added. */
function applyLines(flat: readonly FlatLine[], present: string | null): string {
  const lines = present === null || present === '' ? [] : present.replace(/\n$/, '').split('\n');
  for (const { regexp, line, isHead } of flat) {
    const at = lines.findLastIndex((other) => new RegExp(regexp).test(other));
    if (at >= 0) lines[at] = line;
    else if (isHead) lines.unshift(line);
    else lines.push(line);
  }
  return lines.map((line) => `${line}\n`).join('');
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
