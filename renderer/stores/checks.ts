import { INITIAL_CHECKS } from '../../shared/initial-states.ts';
import { bridge } from '../bridge.ts';
import { createHostState } from './host-state.ts';

const checks = createHostState({
  initial: INITIAL_CHECKS,
  read: (host) => host.checks.state(),
  onChanged: (listener) => bridge.checks.onChanged(listener),
});

/** The checks of the host, their newest results, and the run at work. */
export const { useState: useChecksState, usePart: useChecksPart, useChange: useChecksChange } = checks;
