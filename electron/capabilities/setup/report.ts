import type { DiffLine, SetupChange, SetupRun, SetupStep } from '../../../shared/capabilities/setup/contract.ts';
import { formatBytes, formatMiB } from '../../../shared/format.ts';
import { markdownFence } from '../../../shared/markdown.ts';
import { describePlan } from './describe.ts';
import type { HostFacts } from './host-facts.ts';
import type { MadePlan } from './planner.ts';
import type { SavedRun } from './run-store.ts';

/** A longer difference is cut: the file itself is on the host. */
const MAX_DIFF_LINES = 60;
const OUTPUT_LINES = 40;

/** What a report needs of the plan that was confirmed; without secrets, as the plan itself. */
export function shownOf(made: MadePlan): SavedRun['shown'] {
  const { steps } = describePlan(made, [], 0);
  return { host: describeHost(made.facts), steps: steps.filter(({ state }) => state !== 'ok').map(cutDiffs) };
}

function describeHost({ prettyName, machine, gpus, pythons }: HostFacts): string[] {
  return [
    `System: ${prettyName ?? 'unknown'} on ${machine ?? 'unknown'}`,
    ...gpus.map(({ name, driverVersion, memoryMiB }) => `GPU: ${name}, ${formatMiB(memoryMiB)}, driver ${driverVersion}`),
    `Python: ${[...pythons.values()].join(', ') || 'none'}`,
  ];
}

function cutDiffs(step: SetupStep): SetupStep {
  const cut = (diff: readonly DiffLine[]): DiffLine[] => {
    if (diff.length <= MAX_DIFF_LINES) return [...diff];
    return [...diff.slice(0, MAX_DIFF_LINES), { mark: '@', text: `${diff.length - MAX_DIFF_LINES} more lines` }];
  };
  return {
    ...step,
    changes: step.changes.map((change) =>
      change.kind === 'file' && change.diff !== null ? { ...change, diff: cut(change.diff) } : change,
    ),
  };
}

/** A finished run as Markdown: host, parameters, steps with times, changes, and what is left. */
export function reportOf({ run, chosen, shown }: Pick<SavedRun, 'run' | 'chosen' | 'shown'>, hostLabel: string): string {
  const left = run.steps.filter(({ state }) => state !== 'done');
  const stepOf = new Map(shown.steps.map((step) => [step.id, step]));
  return [
    `# Setup of ${hostLabel}: ${run.title}`,
    '',
    ...summaryOf(run),
    ...shown.host.map((line) => `- ${line}`),
    '',
    '## Parameters',
    '',
    ...chosen.flatMap(({ recipe, values }) =>
      Object.entries(values).map(([key, value]) => `- ${recipe}.${key}: ${value === '' ? '(empty)' : value}`),
    ),
    '',
    '## Steps',
    '',
    '| Step | State | Time | Download |',
    '|---|---|---|---|',
    ...run.steps.map(
      (step) =>
        `| ${step.title} | ${step.state} | ${seconds(step.elapsedMs)} | ${formatBytes(stepOf.get(step.id)?.downloadBytes ?? null)} |`,
    ),
    '',
    '## Changes',
    '',
    ...run.steps.flatMap(({ id, title, state }) => [
      `### ${title}${state === 'done' ? '' : ` (${state})`}`,
      '',
      ...changesOf(stepOf.get(id)),
      '',
    ]),
    '## Left to do',
    '',
    ...(left.length === 0 ? ['Nothing.'] : left.map(({ title }) => `- ${title}`)),
    '',
    ...(run.error?.detail === undefined ? [] : ['## Details of the error', '', ...markdownFence(run.error.detail.split('\n')), '']),
    ...(run.output.length === 0 ? [] : ['## Last lines of output', '', ...markdownFence(run.output.slice(-OUTPUT_LINES)), '']),
  ].join('\n');
}

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

function summaryOf(run: SetupRun): readonly string[] {
  const time = (ms: number): string => new Date(ms).toISOString();
  return [
    `- Started: ${time(run.startedAt)}`,
    ...(run.endedAt === null ? [] : [`- Ended: ${time(run.endedAt)} (${seconds(run.endedAt - run.startedAt)})`]),
    `- Result: ${run.state}`,
    ...(run.error === null ? [] : [`- Error: ${run.error.message}`, `- Next: ${run.error.hint}`]),
  ];
}

const changesOf = (step: SetupStep | undefined): readonly string[] =>
  step === undefined ? ['Not in the plan that was shown.'] : step.changes.flatMap((change) => [...changeText(change), '']);

function changeText(change: SetupChange): readonly string[] {
  switch (change.kind) {
    case 'command':
      return markdownFence([change.command], 'sh');
    case 'long':
      return [`Unit ${change.unit}:`, '', ...markdownFence([change.command], 'sh')];
    case 'remove':
      return [`Removed: ${change.path}`];
    case 'wait':
      return [`Responds: ${change.url}`];
    case 'wanted':
      return [`Wanted ${change.path}, ${change.attributes}`, '', ...markdownFence(change.text.trimEnd().split('\n'))];
    case 'file':
      return [
        `${change.isNew ? 'New file' : 'File'} ${change.path}, ${change.attributes}`,
        '',
        ...(change.diff === null
          ? ['Its text holds a secret and is left out.']
          : markdownFence(
              change.diff.map(({ mark, text }) => (mark === '@' ? text : mark + text)),
              'diff',
            )),
      ];
  }
}
