import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';

/** Whether a run holds the host, or is to be resumed: no other run can begin. */
export const isRunActive = (run: SetupRun | null): boolean => run !== null && (run.state === 'running' || run.state === 'cancelling');
