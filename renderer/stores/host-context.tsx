import { createContext, type ReactNode, useContext } from 'react';
import type { HostBridge } from '../../shared/contract/index.ts';
import { bridgeOf } from '../bridge.ts';

const HostContext = createContext<string | null | undefined>(undefined);

/** Everything inside is about this host, also after another one is shown; null = about none. */
export function HostProvider({ hostId, children }: { readonly hostId: string | null; readonly children: ReactNode }) {
  return <HostContext value={hostId}>{children}</HostContext>;
}

/** The host that this part of the window is about; null when there is none. Throws outside of a HostProvider. */
export function useHostId(): string | null {
  const hostId = useContext(HostContext);
  // What opens over the pages could otherwise act on whichever host is shown by then.
  if (hostId === undefined) throw new Error('no HostProvider around this component');
  return hostId;
}

/** The calls about the host of this part of the window. Throws where there is none. */
export function useHostBridge(): HostBridge {
  const hostId = useHostId();
  if (hostId === null) throw new Error('this part of the window is about no host');
  return bridgeOf(hostId);
}
