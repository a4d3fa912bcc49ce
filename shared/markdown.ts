/** A text from outside within a line or a cell of a table: it begins no markup, of HTML neither. */
export const markdownInline = (text: string): string => text.replaceAll(/[\\`*_[\]<>|~#&!$]/g, '\\$&').replaceAll('\n', ' ');

/** The same as it begins a line: no list, no heading, no rule. Before a digit a backslash is no escape, so the dot of `1. a` has it. */
export const markdownParagraph = (text: string): string =>
  markdownInline(text)
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, '$1\\$2');

/** A block of code that no line of it can end. */
export function markdownFence(lines: readonly string[], language = ''): readonly string[] {
  const longest = lines.reduce(
    (most, text) => [...text.matchAll(/`+/g)].reduce((longer, [ticks]) => Math.max(longer, ticks.length), most),
    2,
  );
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}${language}`, ...lines, ticks];
}
