import { CHECK_GROUPS } from '../../../../shared/capabilities/checks/contract.ts';
import { type CheckReport, rowsOf } from './report.ts';

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them. */
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them. */

const escaped = (text: string): string =>
  text
    .replaceAll(NOT_IN_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/**
 * JUnit XML, a suite a group and a case a check: a failed check is a failure, one whose result is unknown an error, one without use for the host is
 * skipped; a warning passes with its words in system-out. Format: the schema of the Jenkins xUnit plugin.
 */
export function writeJUnit(report: CheckReport): string {
  const all = rowsOf(report);
  const suites = CHECK_GROUPS.flatMap((group) => {
    const rows = all.filter(({ check }) => check.group === group);
    if (rows.length === 0) return [];
    const count = (verdict: string): number => rows.filter(({ result }) => result.verdict === verdict).length;
    const total = rows.reduce((sum, { result }) => sum + result.elapsedMs, 0);
    const cases = rows.map(({ check, result }) => {
      const text = escaped(
        [result.summary, ...result.evidence, ...(result.remedy === null ? [] : [`Remedy: ${result.remedy.text}`])].join('\n'),
      );
      const inside: Readonly<Record<string, string>> = {
        pass: '',
        warn: `<system-out>${text}</system-out>`,
        fail: `<failure message="${escaped(result.summary)}">${text}</failure>`,
        unknown: `<error message="${escaped(result.summary)}">${text}</error>`,
        skipped: `<skipped message="${escaped(result.summary)}"/>`,
      };
      return `    <testcase classname="${escaped(`${report.host}.${group}`)}" name="${check.id}" time="${seconds(result.elapsedMs)}">${inside[result.verdict]}</testcase>`;
    });
    return [
      `  <testsuite name="${group}" hostname="${escaped(report.host)}" tests="${rows.length}" failures="${count('fail')}" errors="${count('unknown')}" skipped="${count('skipped')}" time="${seconds(total)}" timestamp="${new Date(report.takenAt).toISOString().slice(0, 19)}">`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Ada Panel checks">\n${suites.join('\n')}\n</testsuites>\n`;
}
