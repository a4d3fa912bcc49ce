import './without-eval.ts';
import type { z } from 'zod';
import { formatCount } from '../../shared/format.ts';

/**
 * What is wrong with an entry by the contract's own schema: its limit with what was entered, else `shape`, or the schema's own words
 * without one. Undefined = nothing.
 */
export function fieldProblem(schema: z.ZodType, value: unknown, shape?: string): string | undefined {
  const issue = schema.safeParse(value).error?.issues[0];
  return issue === undefined ? undefined : issueWords(issue, value, shape);
}

/** The same for a form that is checked whole: the problem of each field by its name; `shapes` say what each must look like. */
export function fieldProblems(
  schema: z.ZodType,
  values: object,
  shapes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const issue of schema.safeParse(values).error?.issues ?? []) {
    const field = String(issue.path[0]);
    const value = issue.path.reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : part),
      values,
    );
    problems[field] ??= issueWords(issue, value, shapes[field]);
  }
  return problems;
}

function issueWords(issue: z.core.$ZodIssue, value: unknown, shape: string | undefined): string {
  if (issue.code === 'too_big' && issue.origin === 'string') {
    const length = typeof value === 'string' ? `; this has ${formatCount(value.length)}` : '';
    return `At most ${formatCount(Number(issue.maximum))} characters${length}.`;
  }
  if (issue.code === 'too_small' && issue.origin === 'string' && Number(issue.minimum) > 1) {
    return `At least ${formatCount(Number(issue.minimum))} characters.`;
  }
  return shape ?? issue.message;
}
