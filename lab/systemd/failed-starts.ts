import type { LabFault } from '../base/faults.ts';
import { FAILED_STARTS, isFailedStart } from '../base/logged-faults.ts';
import type { ExecProblem } from './unit-files.ts';

/** systemd's names for the exit statuses of programs (systemd.exec(5)). */
const EXIT_WORDS: Readonly<Record<number, string>> = { 1: 'FAILURE', 2: 'INVALIDARGUMENT', 3: 'NOTIMPLEMENTED', 203: 'EXEC' };

/** How a start of the unit fails under these faults; null = it does not. */
export function failedStartOf(name: string, faults: ReadonlySet<LabFault>): ExecProblem | null {
  for (const fault of faults) {
    if (!isFailedStart(fault)) continue;
    const { unit, status, lines } = FAILED_STARTS[fault];
    if (unit === name) return { status, word: EXIT_WORDS[status] ?? 'FAILURE', line: lines.join('\n') };
  }
  return null;
}
