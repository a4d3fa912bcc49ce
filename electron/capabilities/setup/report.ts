import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';

/** A finished run as Markdown. */
export function reportOf(run: SetupRun, hostLabel: string): string {
  const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);
  const time = (ms: number): string => new Date(ms).toISOString();
  return [
    `# Setup of ${hostLabel}: ${run.title}`,
    '',
    `- Started: ${time(run.startedAt)}`,
    ...(run.endedAt === null ? [] : [`- Ended: ${time(run.endedAt)} (${seconds(run.endedAt - run.startedAt)})`]),
    `- Result: ${run.state}`,
    ...(run.error === null ? [] : [`- Error: ${run.error.message}`, `- Next: ${run.error.hint}`]),
    '',
    '| Step | State | Time |',
    '|---|---|---|',
    ...run.steps.map((step) => `| ${step.title} | ${step.state} | ${seconds(step.elapsedMs)} |`),
    '',
    ...(run.error?.detail === undefined ? [] : ['## Details', '', '```', run.error.detail, '```', '']),
  ].join('\n');
}
