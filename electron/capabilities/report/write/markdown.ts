import type { Block, ReportDocument } from '../document.ts';

/** A text of a host begins no markup, of HTML neither, and stays in its cell. */
const inline = (text: string): string => text.replaceAll(/[\\`*_[\]<>|~#&!$]/g, '\\$&').replaceAll('\n', ' ');

/** The text as it begins a line: no list, no heading, no rule. */
const paragraph = (text: string): string => inline(text).replace(/^(\s*)([-+=]|\d{1,9}(?=[.)]))/, '$1\\$2');

/** A block of code that no line of it can end. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = lines.reduce(
    (most, text) => [...text.matchAll(/`+/g)].reduce((longer, [ticks]) => Math.max(longer, ticks.length), most),
    2,
  );
  const ticks = '`'.repeat(longest + 1);
  return [ticks, ...lines, ticks];
}

const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[], numbers: readonly boolean[] = []): readonly string[] => [
  `| ${columns.map(inline).join(' | ')} |`,
  `|${columns.map((_, index) => (numbers[index] === true ? '---:' : '---')).join('|')}|`,
  ...rows.map((row) => `| ${row.map(inline).join(' | ')} |`),
];

function* linesOf(block: Block): Generator<string, void, void> {
  switch (block.kind) {
    case 'text':
      yield paragraph(block.text);
      break;
    case 'notice':
      yield `> ${paragraph(block.text)}`;
      break;
    case 'facts':
      yield* tableOf(['', ''], block.rows);
      break;
    case 'table':
      yield* tableOf(
        block.columns.map(({ title }) => title),
        block.rows,
        block.columns.map(({ isNumber }) => isNumber === true),
      );
      break;
    case 'chart':
      yield paragraph(`${block.chart.title}: ${block.chart.summary}`);
      break;
    case 'code':
      yield paragraph(block.title);
      yield '';
      yield* fenced(block.lines);
      break;
  }
  yield '';
}

/** The report as Markdown (CommonMark with tables), a line at a time without line ends. Charts are in words. */
export function* markdownLines(document: ReportDocument): Generator<string, void, void> {
  yield `# ${inline(document.title)}`;
  yield '';
  yield* tableOf(['', ''], document.facts);
  yield '';
  for (const { title, blocks } of document.sections) {
    yield `## ${inline(title)}`;
    yield '';
    for (const block of blocks) yield* linesOf(block);
  }
}
