import { INITIAL_PROBES } from '../../shared/initial-states.ts';
import { bridge } from '../bridge.ts';
import { createHostState } from './host-state.ts';

const probes = createHostState({
  initial: INITIAL_PROBES,
  read: (host) => host.probes.state(),
  onChanged: (listener) => bridge.probes.onChanged(listener),
});

/** Whether the programs behind the services of the host reply. */
export const { useState: useProbes } = probes;
