import { Dismissals } from '../../../shared/capabilities/diagnosis/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { isReservedKey } from '../../../shared/lookup.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';

const REMEMBERED = 'dismissed-problems';
/** More than a host has; the oldest are dropped first. */
const MAX_DISMISSALS = 200;

/** The dismissed problems of one host, saved with the last known state of the host. */
export interface DismissedProblems {
  read(): Dismissals;
  dismiss(problemId: string, occurrence: string): void;
  restore(): void;
  onChange(listener: (dismissals: Dismissals) => void): () => void;
}

export function createDismissals({
  hostId,
  lastKnown,
}: {
  readonly hostId: string;
  readonly lastKnown: Pick<LastKnown, 'recall' | 'remember'>;
}): DismissedProblems {
  const changes = createEmitter<Dismissals>();
  let dismissals: Dismissals = Dismissals.catch({}).parse(lastKnown.recall(hostId, REMEMBERED) ?? {});
  const set = (next: Dismissals): void => {
    dismissals = next;
    lastKnown.remember(hostId, REMEMBERED, next);
    changes.emit(next);
  };
  return {
    read: () => dismissals,
    dismiss: (problemId, occurrence) => {
      if (isReservedKey(problemId)) return;
      const { [problemId]: _before, ...others } = dismissals;
      set(Object.fromEntries([...Object.entries(others), [problemId, occurrence]].slice(-MAX_DISMISSALS)));
    },
    restore: () => set({}),
    onChange: changes.on,
  };
}
