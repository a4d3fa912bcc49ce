import { markdownFence, markdownInline, markdownParagraph } from '../../../../shared/markdown.ts';
import type { Block, ReportDocument } from '../document.ts';

const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[], numbers: readonly boolean[] = []): readonly string[] => [
  `| ${columns.map(markdownInline).join(' | ')} |`,
  `|${columns.map((_, index) => (numbers[index] === true ? '---:' : '---')).join('|')}|`,
  ...rows.map((row) => `| ${row.map(markdownInline).join(' | ')} |`),
];

function* linesOf(block: Block): Generator<string, void, void> {
  switch (block.kind) {
    case 'text':
      yield markdownParagraph(block.text);
      break;
    case 'notice':
      yield `> ${markdownParagraph(block.text)}`;
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
      yield markdownParagraph(`${block.chart.title}: ${block.chart.summary}`);
      break;
    case 'code':
      yield markdownParagraph(block.title);
      yield '';
      yield* markdownFence(block.lines);
      break;
  }
  yield '';
}

/** The report as Markdown (CommonMark with tables), a line at a time without line ends. Charts are in words. */
export function* markdownLines(document: ReportDocument): Generator<string, void, void> {
  yield `# ${markdownInline(document.title)}`;
  yield '';
  yield* tableOf(['', ''], document.facts);
  yield '';
  for (const { title, blocks } of document.sections) {
    yield `## ${markdownInline(title)}`;
    yield '';
    for (const block of blocks) yield* linesOf(block);
  }
}
