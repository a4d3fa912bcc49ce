import { structuredPatch } from 'diff';
import type { DiffLine, SetupChange, SetupFinding, SetupPlan, SetupStep } from '../../../shared/capabilities/setup/contract.ts';
import { plainLines } from '../../../shared/plain-text.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import { describeLongStep, longStepUnit } from './engine/long-step.ts';
import type { PlannedStep } from './engine/plan.ts';
import type { Action, FileWrite, Guard, Step } from './engine/resources.ts';
import type { MadePlan } from './planner.ts';

const MAX_DIFF_LINES = 2_000;
const MAX_COMPARED_LINES = 20_000;
/** Lines that differ; the time grows with their square. */
const MAX_EDITS = 400;
const MAX_LINE_CHARS = 2_000;
const MAX_WANTED_CHARS = 100_000;

/** A plan as the page shows it; texts of secret files are left out. */
export function describePlan(
  made: MadePlan,
  findings: readonly SetupFinding[],
  takenAt: number,
  locked: SetupPlan['locked'] = null,
): SetupPlan {
  const { plan, chosen, hostCommands, elapsedMs, asRoot } = made;
  const steps = plan.steps.map((step) => describeStep(step, plan.guards));
  const sizes = steps.map(({ downloadBytes }) => downloadBytes).filter((bytes) => bytes !== null);
  const isKnown = steps.every(({ state }) => state !== 'unknown');
  return {
    id: plan.id,
    recipes: chosen.map(({ recipe }) => recipe.id),
    title: chosen.map(({ recipe }) => recipe.title).join(', '),
    steps,
    findings: [...findings],
    changes: plan.changes,
    restarts: [...new Set(plan.steps.flatMap(restartedUnit))],
    downloadBytes: sizes.length === 0 ? null : sizes.reduce((sum, bytes) => sum + bytes, 0),
    hostCommands,
    elapsedMs,
    takenAt,
    canApply: asRoot && isKnown && plan.blockedSteps === 0 && plan.changes > 0,
    asRoot,
    locked,
  };
}

function describeStep({ id, recipe, step, verdict }: PlannedStep, guards: readonly Guard[]): SetupStep {
  const isChange = verdict.state === 'change';
  return {
    id,
    recipe,
    title: step.title,
    state: verdict.state,
    changes: isChange ? verdict.actions.map(describeAction) : verdict.state === 'unknown' ? describeWanted(step) : [],
    downloadBytes: isChange ? verdict.downloadBytes : null,
    note: verdict.state === 'blocked' ? verdict.reason : isChange ? verdict.note : null,
    about: [...(step.about ?? [])],
    remedy: verdict.state === 'blocked' ? verdict.remedy : null,
    guardSeconds: isChange ? (guards.find((guard) => guard.id === step.guard)?.seconds ?? null) : null,
  };
}

/** The text of a file that only root can compare, so that it can be read, and put in place by hand where sudo is out of reach. */
function describeWanted({ resource }: Step): SetupChange[] {
  if (resource.kind !== 'file' || resource.content.kind !== 'text') return [];
  const { path, owner, group, mode, content } = resource;
  return [
    { kind: 'wanted', path, text: redactSecrets(plainLines(content.text, MAX_WANTED_CHARS)), attributes: `${owner}:${group} ${mode}` },
  ];
}

function restartedUnit({ step: { resource }, verdict }: PlannedStep): readonly string[] {
  const isRestarted =
    resource.kind === 'unit' &&
    verdict.state === 'change' &&
    verdict.actions.some((action) => action.kind === 'command' && /^(restart|reload-or-restart|stop)$/.test(action.argv[1] ?? ''));
  return isRestarted ? [resource.name] : [];
}

function describeAction(action: Action): SetupChange {
  switch (action.kind) {
    case 'command':
      return { kind: 'command', command: describeCommand(action.argv) };
    case 'file':
      return describeWrite(action.write);
    case 'remove':
      return { kind: 'remove', path: action.path };
    case 'long':
      return { kind: 'long', unit: longStepUnit(action), command: describeCommand(describeLongStep(action)) };
    case 'api':
      return { kind: 'command', command: `${action.operation.request} (${action.operation.place})` };
    case 'wait-for-answer':
      return { kind: 'wait', url: action.url, withinS: action.withinS };
  }
}

/** A command as it may be typed. */
export function describeCommand(argv: readonly string[]): string {
  return redactSecrets(
    argv.map((word) => (/^[A-Za-z0-9_@%+:,./=…-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' '),
  );
}

function describeWrite(write: FileWrite): SetupChange {
  const { path, owner, group, mode, replaces, shown } = write;
  return {
    kind: 'file',
    path,
    isNew: replaces === null,
    diff: shown === null ? null : diffLines(shown.before, shown.after),
    attributes: owner === null ? 'Owner and mode are kept' : `${owner}:${group} ${mode}`,
  };
}

/** All of the new text, then all of the old one, as a part of a patch; no more lines than are shown. */
function replaceWhole(before: string, after: string) {
  const [gone = [], added = []] = [before, after].map((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n', MAX_DIFF_LINES)));
  const lines = [...added.map((line) => `+${line}`), ...gone.map((line) => `-${line}`)];
  return { oldStart: 1, oldLines: countLines(before), newStart: 1, newLines: countLines(after), lines };
}

function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = 0; at < text.length; at += 1) if (text[at] === '\n') count += 1;
  return count;
}

function patchOf(before: string, after: string) {
  if (Math.max(countLines(before), countLines(after)) > MAX_COMPARED_LINES) return undefined;
  return structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: MAX_EDITS });
}

/**
 * A unified diff with three lines of context (diff(1), format `-u`). Texts that are longer than any configuration, or differ in more lines than are
 * shown, follow each other whole, since the search for the shortest difference takes quadratic time.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const lines: DiffLine[] = [];
  for (const hunk of patchOf(before, after)?.hunks ?? [replaceWhole(before, after)]) {
    lines.push({ mark: '@', text: `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@` });
    for (const line of hunk.lines) {
      const mark = line[0];
      if (mark !== ' ' && mark !== '+' && mark !== '-') continue;
      lines.push({ mark, text: redactSecrets(plainLines(line.slice(1), MAX_LINE_CHARS)) });
      if (lines.length >= MAX_DIFF_LINES) return [...lines, { mark: '@', text: 'More lines are not shown.' }];
    }
  }
  return lines;
}
