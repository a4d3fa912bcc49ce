/** A logical line of a sudoers file, its continuations joined, and what it means. */
export interface ExplainedLine {
  readonly text: string;
  readonly said: string;
}

/** More than a file of rules has. */
const MAX_LINES = 20_000;

function meaningOf(line: string): string {
  if (line.startsWith('#')) return 'For whoever reads the file; it does nothing.';
  if (line.startsWith('Cmnd_Alias')) {
    const commands = line.slice(line.indexOf('=') + 1).split(/(?<!\\),/).length;
    return `The ${commands} commands this is about, each written out in full: a command that differs in a single word is not among them.`;
  }
  const rule = /^(\S+)\s+ALL=\((\S+)\)\s+NOPASSWD:/.exec(line);
  return rule === null ? '' : `${rule[1]} may run these commands as ${rule[2]} on this host without a password.`;
}

/** Each line of a sudoers file (sudoers(5); a backslash at the end continues a line) beside what it means. */
export function explainLines(text: string): readonly ExplainedLine[] {
  const logical: string[][] = [];
  let isContinued = false;
  for (const line of text.split('\n', MAX_LINES)) {
    const last = logical.at(-1);
    const isComment = line.startsWith('#');
    if (last !== undefined && (isContinued || (isComment && last[0]?.startsWith('#') === true))) last.push(line);
    else if (line.trim() !== '') logical.push([line]);
    isContinued = line.endsWith('\\') && !line.trimStart().startsWith('#');
  }
  return logical.map((lines) => ({ text: lines.join('\n'), said: meaningOf(lines.join('\n')) }));
}
