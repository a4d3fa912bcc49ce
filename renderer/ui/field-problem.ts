import './without-eval.ts';
import type { z } from 'zod';
import { formatCount } from '../../shared/format.ts';

/**
 * Why the contract's schema rejects an entry: the limit with the length entered, else `shape`, else the schema's own message.
 * Undefined = the entry is valid.
 */
export function fieldProblem(schema: z.ZodType, value: unknown, shape?: string): string | undefined {
  const issue = schema.safeParse(value).error?.issues[0];
  return issue === undefined ? undefined : describeIssue(issue, value, shape);
}

/** The problems of a form by field name; `shapes` say what each field must look like. */
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
    problems[field] ??= describeIssue(issue, value, shapes[field]);
  }
  return problems;
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, shape: string | undefined): string {
  if (issue.code === 'too_big' && issue.origin === 'string') {
    const length = typeof value === 'string' ? ` (${formatCount(value.length)} entered)` : '';
    return `At most ${formatCount(Number(issue.maximum))} characters${length}`;
  }
  if (issue.code === 'too_small' && issue.origin === 'string' && Number(issue.minimum) > 1) {
    return `At least ${formatCount(Number(issue.minimum))} characters`;
  }
  return shape ?? issue.message;
}
