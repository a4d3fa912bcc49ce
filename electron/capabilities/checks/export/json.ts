import { type CheckReport, rowsOf } from './report.ts';

/** `{host, takenAt, checks: [{id, title, group, layer, cost, verdict, …}]}`; times as ISO 8601. */
export function writeJson(report: CheckReport): string {
  const time = (ms: number): string => new Date(ms).toISOString();
  const checks = rowsOf(report).map(({ check: { id, title, group, layer, cost }, result }) => ({
    id,
    title,
    group,
    layer,
    cost,
    verdict: result.verdict,
    summary: result.summary,
    evidence: result.evidence,
    remedy: result.remedy,
    takenAt: time(result.takenAt),
    since: time(result.since),
    elapsedMs: Math.round(result.elapsedMs),
  }));
  return `${JSON.stringify({ host: report.host, takenAt: time(report.takenAt), checks }, null, 2)}\n`;
}
