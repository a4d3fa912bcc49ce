/** A logical line of a sudoers file, its continuations joined, and what it means. */
export interface ExplainedLine {
  readonly text: string;
  readonly said: string;
}

/** More than a file of rules has. */
const MAX_LINES = 20_000;

/** `#1001` is a user by number, and `#include` reads another file (sudoers(5)). */
const isComment = (line: string): boolean => /^\s*#(?!\d|include)/.test(line);

function meaningOf(line: string): string {
  if (isComment(line)) return 'For whoever reads the file; it does nothing.';
  if (line.startsWith('Cmnd_Alias')) {
    const commands = line.slice(line.indexOf('=') + 1).split(/(?<!\\),/).length;
    return `The ${commands} commands this is about, each written out in full: a command that differs in a single word is not among them.`;
  }
  const rule = /^(\S+)\s+ALL=\((\S+)\)\s+NOPASSWD:/.exec(line);
  return rule === null
    ? ''
    : `${rule[1]?.replace('#', 'User number ')} may run these commands as ${rule[2]} on this host without a password.`;
}

/** Each line of a sudoers file (sudoers(5); a backslash at the end continues a line) beside what it means. */
export function explainLines(text: string): readonly ExplainedLine[] {
  const logical: string[][] = [];
  let isContinued = false;
  for (const line of text.split('\n', MAX_LINES)) {
    const last = logical.at(-1);
    if (last !== undefined && (isContinued || (isComment(line) && isComment(last[0] ?? '')))) last.push(line);
    else if (line.trim() !== '') logical.push([line]);
    isContinued = line.endsWith('\\') && !isComment(line);
  }
  return logical.map((lines) => ({ text: lines.join('\n'), said: meaningOf(lines.join('\n')) }));
}
