import { CHECK_VERDICTS } from '../../../../shared/capabilities/checks/contract.ts';
import { type CheckReport, rowsOf } from './report.ts';

const label = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/**
 * For the textfile collector of node-exporter (Prometheus text format 0.0.4): a gauge a check with its verdict as label, its duration and time, and
 * the number of checks by verdict.
 */
export function writePrometheus(report: CheckReport): string {
  const rows = rowsOf(report);
  const host = `host="${label(report.host)}"`;
  const of = (id: string, group: string): string => `${host},check="${id}",group="${group}"`;
  return [
    '# HELP ada_panel_check_verdict Verdict of a check: 1 for the verdict that it has.',
    '# TYPE ada_panel_check_verdict gauge',
    ...rows.flatMap(({ check: { id, group }, result }) =>
      CHECK_VERDICTS.map(
        (verdict) => `ada_panel_check_verdict{${of(id, group)},verdict="${verdict}"} ${result.verdict === verdict ? 1 : 0}`,
      ),
    ),
    '# HELP ada_panel_check_duration_seconds Time that the check took.',
    '# TYPE ada_panel_check_duration_seconds gauge',
    ...rows.map(
      ({ check: { id, group }, result }) => `ada_panel_check_duration_seconds{${of(id, group)}} ${(result.elapsedMs / 1000).toFixed(3)}`,
    ),
    '# HELP ada_panel_check_timestamp_seconds When the check was run, in seconds since the epoch.',
    '# TYPE ada_panel_check_timestamp_seconds gauge',
    ...rows.map(
      ({ check: { id, group }, result }) => `ada_panel_check_timestamp_seconds{${of(id, group)}} ${(result.takenAt / 1000).toFixed(3)}`,
    ),
    '# HELP ada_panel_checks Number of checks by verdict.',
    '# TYPE ada_panel_checks gauge',
    ...CHECK_VERDICTS.map(
      (verdict) => `ada_panel_checks{${host},verdict="${verdict}"} ${rows.filter(({ result }) => result.verdict === verdict).length}`,
    ),
    '',
  ].join('\n');
}
