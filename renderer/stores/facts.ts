import type { HostFacts } from '../../shared/capabilities/facts/contract.ts';
import { bridge } from '../bridge.ts';
import { createHostState } from './host-state.ts';

const facts = createHostState<HostFacts | null>({
  initial: null,
  read: (host) => host.facts.state(),
  onChanged: (listener) => bridge.facts.onChanged(listener),
});

/** What is known of the host; null before the first connection. */
export const { useState: useHostFacts, take: receiveHostFacts } = facts;

/** The memory of the host, MiB; null when it is not known. */
export function useHostMemoryMiB(): number | null {
  return useHostFacts()?.memoryTotalMiB ?? null;
}
