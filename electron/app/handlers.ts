import type { CallName } from '../../shared/contract/index.ts';
import type { Hosts } from './hosts.ts';
import type { OwnHandlers } from './own-handlers.ts';
import type { PanelSession } from './panel-session.ts';

/** Runs the handlers of calls. Input is parsed; a call about a host also has the host's id. */
export interface CallHandlers {
  ofPanel(name: string, input: unknown): unknown;
  ofHost(hostId: string, name: string, input: unknown): unknown;
}

/** Finds the handler of each call: the panel's own, a panel capability's, or that of the host which the call names. */
export function createHandlers(own: OwnHandlers, panel: PanelSession, hosts: Hosts): CallHandlers {
  // Input was parsed by the contract under the same name, which the type of the table cannot carry.
  const ownHandlers = own as Partial<Record<CallName | (string & {}), (input: never) => unknown>>;
  return {
    ofPanel: (name, input) => {
      const handle = ownHandlers[name] as ((input: unknown) => unknown) | undefined;
      return (handle ?? panel.handlerOf(name))?.(input);
    },
    ofHost: (hostId, name, input) => hosts.requireSession(hostId).call(name, input),
  };
}
