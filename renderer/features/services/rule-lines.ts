import { describeAlias, describeRule, RULE_COMMENT } from './text.ts';

/** A logical line of a sudoers file, its continuations joined, and its meaning. */
export interface ExplainedLine {
  readonly text: string;
  readonly message: string;
}

/** A safe limit: the panel's own rule has fewer than 200 lines. */
const MAX_LINES = 20_000;

/** `#1001` is a user ID and `#include` an instruction (sudoers(5)); any other `#` begins a comment. */
const isComment = (line: string): boolean => /^\s*#(?!\d|include)/.test(line);

function meaningOf(line: string): string {
  if (isComment(line)) return RULE_COMMENT;
  if (line.startsWith('Cmnd_Alias')) {
    return describeAlias(line.slice(line.indexOf('=') + 1).split(/(?<!\\),/).length);
  }
  const rule = /^(\S+)\s+ALL=\((\S+)\)\s+NOPASSWD:/.exec(line);
  return rule === null ? '' : describeRule(rule[1] ?? '', rule[2] ?? '');
}

/** Each logical line of a sudoers file with its meaning; a backslash at the end continues a line (sudoers(5)). */
export function explainLines(text: string): readonly ExplainedLine[] {
  const logical: string[][] = [];
  let isContinued = false;
  for (const line of text.split('\n', MAX_LINES)) {
    const last = logical.at(-1);
    if (last !== undefined && (isContinued || (isComment(line) && isComment(last[0] ?? '')))) last.push(line);
    else if (line.trim() !== '') logical.push([line]);
    isContinued = line.endsWith('\\') && !isComment(line);
  }
  return logical.map((lines) => ({ text: lines.join('\n'), message: meaningOf(lines.join('\n')) }));
}
