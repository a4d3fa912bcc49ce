import { createPageState } from '../../../stores/page-state.ts';

/** The run that the operator picked; null = the page follows the work. */
export const usePickedRun = createPageState<string | null>(null);

/** The group whose sheet is open; null = none. */
export const useOpenSheet = createPageState<string | null>(null);
