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
  return [
    ...CHECK_GROUPS.flatMap((group) => {
      const ofGroup = rows.filter(({ check }) => check.group === group);
      return ofGroup.length === 0 ? [] : [group, ...ofGroup.flatMap(({ check, result }) => resultLines(check.id.padEnd(width), result))];
    }),
    `${report.host}: ${describeCounts(report.results)}, in ${formatDuration(elapsedMs)}`,
  ];
}

function resultLines(id: string, { verdict, summary, evidence, remedy }: CheckResult): readonly string[] {
  const head = `${MARKS[verdict]} ${id}  ${summary}`;
  if (verdict === 'pass' || verdict === 'skipped') return [head];
  const recipe = remedy?.recipe ?? null;
  return [
    head,
    ...evidence.map((line) => `       ${line}`),
    ...(remedy === null ? [] : [`     → ${remedy.text}${recipe === null ? '' : ` (npm run setup -- --recipe ${recipe})`}`]),
  ];
}
