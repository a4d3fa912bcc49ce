import { markdownFence, markdownInline, markdownParagraph } from '../../../../shared/markdown.ts';
import { type CheckReport, describeCounts, rowsOf } from './report.ts';

const WORDS: Readonly<Record<string, string>> = {
  fail: 'Failed',
  warn: 'Warning',
  unknown: 'Unknown',
  pass: 'Passed',
  skipped: 'Not applicable',
};

/** A summary, a table of all results, and evidence and remedy of each that is not in order. */
export function writeMarkdown(report: CheckReport): string {
  const rows = rowsOf(report);
  const open = rows.filter(({ result }) => result.verdict === 'fail' || result.verdict === 'warn' || result.verdict === 'unknown');
  const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `# Checks of ${markdownInline(report.host)}`,
    '',
    `${time(report.takenAt)} UTC: ${describeCounts(report.results)}.`,
    '',
    '| check | result | found |',
    '|---|---|---|',
    ...rows.map(
      ({ check, result }) =>
        `| ${markdownInline(check.title)} (\`${check.id}\`) | ${WORDS[result.verdict]} | ${markdownInline(result.summary)} |`,
    ),
    ...open.flatMap(({ check, result }) => [
      '',
      `## ${WORDS[result.verdict]}: ${markdownInline(check.title)}`,
      '',
      markdownParagraph(result.summary),
      '',
      `Since ${time(result.since)} UTC.`,
      ...(result.evidence.length === 0 ? [] : ['', ...markdownFence(result.evidence)]),
      ...(result.remedy === null
        ? []
        : [
            '',
            `Remedy: ${markdownInline(result.remedy.text)}${result.remedy.recipe === null ? '' : ` (recipe \`${result.remedy.recipe}\`)`}`,
          ]),
    ]),
    '',
  ].join('\n');
}
