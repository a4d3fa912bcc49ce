import type { CheckInfo, CheckResult } from '../../../../shared/capabilities/checks/contract.ts';

/** What every export is made of. */
export interface CheckReport {
  readonly host: string;
  readonly checks: readonly CheckInfo[];
  readonly results: readonly CheckResult[];
  /** Epoch ms. */
  readonly takenAt: number;
}

/** The results with their checks, in the order of the list; a result of a check that no longer exists is left out. */
export function rowsOf({
  checks,
  results,
}: Pick<CheckReport, 'checks' | 'results'>): readonly { readonly check: CheckInfo; readonly result: CheckResult }[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return checks.flatMap((check) => {
    const result = byId.get(check.id);
    return result === undefined ? [] : [{ check, result }];
  });
}

/** One line with the count of each verdict that occurs. */
export function describeCounts(results: readonly CheckResult[]): string {
  const of = (verdict: CheckResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const parts: readonly (readonly [number, string])[] = [
    [of('fail'), 'failed'],
    [of('warn'), of('warn') === 1 ? 'warning' : 'warnings'],
    [of('unknown'), 'unknown'],
    [of('pass'), 'passed'],
    [of('skipped'), 'not applicable'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}
