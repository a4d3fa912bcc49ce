import type { CheckInfo, CheckResult } from '../../../shared/capabilities/checks/contract.ts';
import type { HostFacts } from '../../../shared/capabilities/facts/contract.ts';
import type { GpuStatus } from '../../../shared/capabilities/gpu/contract.ts';
import type { Incident } from '../../../shared/capabilities/incidents/contract.ts';
import type { ServicesState } from '../../../shared/capabilities/services/contract.ts';
import type { Problem } from '../../../shared/diagnosis/types.ts';
import { formatDuration } from '../../../shared/format.ts';
import { markdownInline } from '../../../shared/markdown.ts';
import { MAX_SENTENCE_CHARS, plainText } from '../../../shared/plain-text.ts';

export interface ReportSources {
  readonly hostLabel: string;
  readonly panelVersion: string;
  readonly takenAtMs: number;
  readonly connection: string;
  readonly facts: HostFacts | null;
  readonly gpu: GpuStatus;
  readonly services: ServicesState;
  readonly checks: { readonly infos: readonly CheckInfo[]; readonly results: readonly CheckResult[] };
  readonly problems: readonly Problem[];
  readonly incidents: readonly Incident[];
  readonly unreadIncidents: readonly string[];
}

const UNKNOWN = 'unknown';
const time = (ms: number | null): string => (ms === null ? UNKNOWN : `${new Date(ms).toISOString().slice(0, 19)}Z`);
const words = (text: string): string => markdownInline(plainText(text, MAX_SENTENCE_CHARS));
const list = (title: string, lines: readonly string[], none: string): readonly string[] => [
  '',
  `## ${title}`,
  '',
  ...(lines.length === 0 ? [none] : lines.map((line) => `- ${line}`)),
];

/** The report of a bundle as Markdown: what is known of the host at this moment. Unknown is written as unknown. */
export function writeBundleReport(o: ReportSources): string {
  const { facts, gpu, services, checks } = o;
  const titles = new Map(checks.infos.map(({ id, title }) => [id, title]));
  const known = (value: string | number | null | undefined): string =>
    value === null || value === undefined ? UNKNOWN : words(String(value));
  return [
    `# Support bundle of ${words(o.hostLabel)}`,
    '',
    `Taken ${time(o.takenAtMs)} by ${words(o.panelVersion)}. Times are UTC. Secrets are replaced by "…".`,
    ...list(
      'Host',
      [
        `Connection: ${words(o.connection)}`,
        `System: ${known(facts?.osName)}`,
        `Kernel: ${known(facts?.kernel)}`,
        `systemd: ${known(facts?.systemdVersion)}`,
        `Up for: ${facts?.uptimeS === null || facts?.uptimeS === undefined ? UNKNOWN : formatDuration(facts.uptimeS * 1000)} (read ${time(facts?.takenAt ?? null)})`,
        `CPUs: ${known(facts?.cpuCount)}; memory: ${known(facts?.memoryTotalMiB)} MiB`,
        `Clock minus this computer's: ${facts?.clockOffsetMs === null || facts?.clockOffsetMs === undefined ? UNKNOWN : `${Math.round(facts.clockOffsetMs)} ms`}`,
      ],
      'Unknown.',
    ),
    ...list(
      'GPUs',
      gpu.gpus.map(
        ({ index, name, driverVersion, memoryTotalMiB, eccMode }) =>
          `${index}: ${words(name)}, driver ${known(driverVersion)}, ${known(memoryTotalMiB)} MiB, ECC ${known(eccMode)}`,
      ),
      `None known; state: ${gpu.state.kind}.`,
    ),
    ...list(
      'Services',
      services.units.map(
        ({ name, verdict, restarts, takenAt }) =>
          `${words(name)}: ${words(verdict.word)}, restarts ${known(restarts)} (read ${time(takenAt)})`,
      ),
      'None known.',
    ),
    ...list(
      'Problems',
      o.problems.map(
        ({ error, since, severity }) =>
          `${severity}, since ${time(since)}: ${words(error.message)} (\`${error.code}\`) ${words(error.hint)}`,
      ),
      'None.',
    ),
    ...list(
      'Newest results of the checks',
      checks.results.map(
        ({ id, verdict, summary, takenAt, since }) =>
          `${verdict}: ${words(titles.get(id) ?? id)} (\`${id}\`): ${words(summary)} (run ${time(takenAt)}, since ${time(since)})`,
      ),
      'No check was run.',
    ),
    ...list(
      'Incidents of the last 24 hours',
      [
        ...o.incidents.map(
          ({ beginMs, endMs, summary, who, severity }) =>
            `${time(beginMs)} to ${endMs === null ? 'now' : time(endMs)}: ${severity}: ${words(summary)}; ${who === null ? 'who: unknown' : words(who)}`,
        ),
        ...o.unreadIncidents.map(words),
      ],
      'None.',
    ),
    '',
  ].join('\n');
}
