import type { SetupChange, SetupPlan, SetupRun, SetupStep } from '../../shared/capabilities/setup/contract.ts';
import type { PanelError } from '../../shared/errors.ts';
import { formatBytes, formatDuration } from '../../shared/format.ts';
import { plainText } from '../../shared/plain-text.ts';

const MARKS: Readonly<Record<SetupStep['state'], string>> = { ok: '=', change: '~', blocked: '!', unknown: '?' };

/** A plan as lines for a terminal: what changes, with diffs, sizes and restarts. */
export function planLines(plan: SetupPlan, hostLabel: string): readonly string[] {
  const steps = plan.steps.filter(({ state }) => state !== 'ok');
  const unchanged = plan.steps.length - steps.length;
  return [
    `${plan.title} on ${hostLabel}: ${describeCount(plan)}`,
    ...steps.flatMap(stepLines),
    ...(unchanged > 0 ? [`${MARKS.ok} ${unchanged} of ${plan.steps.length} steps are up to date`] : []),
    ...plan.findings.flatMap(({ title, evidence, remedy }) => [
      `! ${title}`,
      ...evidence.map((line) => `    ${plainText(line)}`),
      `    ${remedy}`,
    ]),
    ...(plan.restarts.length > 0 ? [`Starts or restarts: ${plan.restarts.join(', ')}`] : []),
    ...(plan.downloadBytes === null ? [] : [`Downloads: ${formatBytes(plan.downloadBytes)}`]),
    `Read by ${plan.hostCommands} commands in ${formatDuration(plan.elapsedMs)}`,
  ];
}

function describeCount({ changes, steps }: SetupPlan): string {
  const blocked = steps.filter(({ state }) => state === 'blocked').length;
  if (blocked > 0) return `blocked (${blocked} ${blocked === 1 ? 'step' : 'steps'})`;
  if (changes === 0) return 'up to date';
  return `${changes} ${changes === 1 ? 'change' : 'changes'}`;
}

function stepLines(step: SetupStep): readonly string[] {
  const size = step.downloadBytes === null ? '' : `, downloads ${formatBytes(step.downloadBytes)}`;
  const guard = step.guardSeconds === null ? '' : `, put back after ${step.guardSeconds} s unless confirmed`;
  return [
    `${MARKS[step.state]} ${step.id}: ${step.title}${size}${guard}`,
    ...[...(step.note === null ? [] : [step.note]), ...step.about].map((line) => `    ${line}`),
    ...(step.remedy === null ? [] : [`    ${step.remedy}`]),
    ...step.changes.flatMap(changeLines).map((line) => `    ${line}`),
  ];
}

function changeLines(change: SetupChange): readonly string[] {
  switch (change.kind) {
    case 'command':
      return [`$ ${change.command}`];
    case 'long':
      return [`$ ${change.command}`, `  as ${change.unit}`];
    case 'remove':
      return [`removes ${change.path}`];
    case 'wait':
      return [`waits up to ${change.withinS} s for ${change.url}`];
    case 'wanted':
      return [
        `wanted ${change.path} (${change.attributes})`,
        ...change.text
          .trimEnd()
          .split('\n')
          .map((line) => `   ${line}`),
      ];
    case 'file':
      return [
        `${change.isNew ? 'new file' : 'changes'} ${change.path} (${change.attributes})`,
        ...(change.diff === null
          ? ['  not shown: it holds a secret']
          : change.diff.map(({ mark, text }) => `  ${mark === '@' ? '' : mark}${text}`)),
      ];
  }
}

/** The lines of output that are new in `next`, whose oldest ones may have been dropped. */
export function newLines(previous: readonly string[], next: readonly string[]): readonly string[] {
  for (let dropped = 0; dropped < previous.length; dropped += 1) {
    const kept = previous.length - dropped;
    if (kept <= next.length && previous.slice(dropped).every((line, index) => line === next[index])) return next.slice(kept);
  }
  return next;
}

/** What changed between two states of a run, as lines. */
export function progressLines(before: SetupRun | null, after: SetupRun): readonly string[] {
  const lines: string[] = [...newLines(before?.output ?? [], after.output)].map((line) => `    ${plainText(line)}`);
  for (const [index, step] of after.steps.entries()) {
    const was = before?.steps[index]?.state ?? 'pending';
    if (was === step.state) continue;
    const number = `[${index + 1}/${after.steps.length}]`;
    if (step.state === 'running') lines.push(`${number} ${step.title}`);
    if (step.state === 'done')
      lines.push(`${number} ${step.title}: done${step.elapsedMs === null ? '' : ` in ${formatDuration(step.elapsedMs)}`}`);
    if (step.state === 'failed') lines.push(`${number} ${step.title}: failed`);
  }
  if (after.state === 'interrupted' && before?.state !== 'interrupted') lines.push('Connection lost. Resumes once the host is reachable.');
  if (after.state === 'cancelling' && before?.state !== 'cancelling') lines.push('Cancelling at the next safe point.');
  return lines;
}

/** An error as a sentence, its remedy and its details. */
export function errorLines({ message, hint, detail }: PanelError): readonly string[] {
  return [message, hint, ...(detail === undefined ? [] : detail.split('\n').map((line) => `    ${line}`))].filter(
    (line) => line.trim() !== '',
  );
}
