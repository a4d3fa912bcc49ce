import type { PlannedStep } from '../engine/plan.ts';

/** A task or a handler of a playbook, as YAML prints it. */
export type Task = Readonly<Record<string, unknown>>;

/** What one step becomes. */
export interface StepTasks {
  readonly tasks: readonly Task[];
  /** Texts that the tasks copy, by path below `files/`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names of variables that hold secrets; the playbook itself has none. */
  readonly secrets?: readonly string[];
  /** What a reader must know: where a task does less than the step. */
  readonly notes?: readonly string[];
}

export const nameOf = ({ step }: PlannedStep): string => plainName(step.title);

/** A title without what Jinja would evaluate. */
export const plainName = (text: string): string => text.replaceAll(/\{(?=[{%#])/g, '{ ');

/** A text that Jinja leaves as it is. */
export const literal = (text: string): string => (/\{[{%#]/.test(text) ? `{% raw %}${text}{% endraw %}` : text);

/** The name of a variable that is unique for a step: letters, digits and underscores. */
export const variableOf = (id: string, what: string): string => `ada_${id.replaceAll(/[^A-Za-z0-9]+/g, '_')}_${what}`;
