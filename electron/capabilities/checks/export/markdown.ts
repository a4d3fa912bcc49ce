import { type CheckReport, describeCounts, rowsOf } from './report.ts';

const WORDS: Readonly<Record<string, string>> = {
  fail: 'Failed',
  warn: 'Warning',
  unknown: 'Unknown',
  pass: 'Passed',
  skipped: 'Not applicable',
};

/** A host's words begin no markup: they stand in a table cell or in a block of code. */
const cell = (text: string): string => text.replaceAll(/[\\`*_[\]<>|]/g, '\\$&').replaceAll('\n', ' ');
const fence = (lines: readonly string[]): string => {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const ticks = '`'.repeat(longest + 1);
  return [ticks, ...lines, ticks].join('\n');
};

/** A summary, a table of all results, and evidence and remedy of each that is not in order. */
export function writeMarkdown(report: CheckReport): string {
  const rows = rowsOf(report);
  const open = rows.filter(({ result }) => result.verdict === 'fail' || result.verdict === 'warn' || result.verdict === 'unknown');
  const time = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `# Checks of ${cell(report.host)}`,
    '',
    `${time(report.takenAt)} UTC: ${describeCounts(report.results)}.`,
    '',
    '| check | result | found |',
    '|---|---|---|',
    ...rows.map(({ check, result }) => `| ${cell(check.title)} (\`${check.id}\`) | ${WORDS[result.verdict]} | ${cell(result.summary)} |`),
    ...open.flatMap(({ check, result }) => [
      '',
      `## ${WORDS[result.verdict]}: ${cell(check.title)}`,
      '',
      cell(result.summary),
      '',
      `Since ${time(result.since)} UTC.`,
      ...(result.evidence.length === 0 ? [] : ['', fence(result.evidence)]),
      ...(result.remedy === null
        ? []
        : ['', `Remedy: ${cell(result.remedy.text)}${result.remedy.recipe === null ? '' : ` (recipe \`${result.remedy.recipe}\`)`}`]),
    ]),
    '',
  ].join('\n');
}
