import type { CheckResult } from '../../shared/capabilities/checks/contract.ts';
import { CHECK_GROUPS } from '../../shared/capabilities/checks/contract.ts';
import { formatDuration } from '../../shared/format.ts';
import { type CheckReport, describeCounts, rowsOf } from '../capabilities/checks/export/report.ts';

const MARKS: Readonly<Record<CheckResult['verdict'], string>> = {
  pass: 'ok  ',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: '?   ',
  skipped: '-   ',
};

/** Results as lines for a terminal: one a check, with evidence and remedy of what is not in order, and the count at the end. */
export function checkLines(report: CheckReport, elapsedMs: number): readonly string[] {
  const rows = rowsOf(report);
  const width = Math.max(0, ...rows.map(({ check }) => check.id.length));
  const explained = new Set<string>();
  /** A host that cannot be read is the reason of many checks: it is explained once. */
  const explain = (result: CheckResult): readonly string[] => {
    const lines = whyLines(result);
    const text = lines.join('\n');
    if (explained.has(text)) return [];
    explained.add(text);
    return lines;
  };
  if (rows.length === 0) return ['No check was chosen.'];
  return [
    ...CHECK_GROUPS.flatMap((group) => {
      const ofGroup = rows.filter(({ check }) => check.group === group);
      return ofGroup.length === 0
        ? []
        : [
            group,
            ...ofGroup.flatMap(({ check, result }) => [
              `${MARKS[result.verdict]} ${check.id.padEnd(width)}  ${result.summary}`,
              ...explain(result),
            ]),
          ];
    }),
    `${report.host}: ${describeCounts(report.results)}, in ${formatDuration(elapsedMs)}`,
  ];
}

function whyLines({ verdict, evidence, remedy }: CheckResult): readonly string[] {
  if (verdict === 'pass' || verdict === 'skipped') return [];
  const recipe = remedy?.recipe ?? null;
  return [
    ...evidence.map((line) => `       ${line}`),
    ...(remedy === null ? [] : [`     → ${remedy.text}${recipe === null ? '' : ` (npm run setup -- --recipe ${recipe})`}`]),
  ];
}
