import { hostCapability } from '../capability.ts';
import { createDismissals, type DismissedProblems } from './dismissals.ts';

export const diagnosisCapability = hostCapability<'diagnosis', DismissedProblems>({
  name: 'diagnosis',
  create: ({ hostId, lastKnown }) => createDismissals({ hostId, lastKnown }),
  handlers: {
    'diagnosis.dismissals': (dismissals) => dismissals.read(),
    'diagnosis.dismiss': (dismissals, { problemId, occurrence }) => {
      dismissals.dismiss(problemId, occurrence);
      return dismissals.read();
    },
    'diagnosis.restore': (dismissals) => {
      dismissals.restore();
      return dismissals.read();
    },
  },
  events: (dismissals, emit) => [dismissals.onChange((known) => emit('diagnosis.dismissalsChanged', known))],
  initial: (dismissals, emit) => emit('diagnosis.dismissalsChanged', dismissals.read()),
});
