import type { OverloadRun } from '../../shared/capabilities/gateway/contract.ts';
import { INITIAL_GATEWAY } from '../../shared/initial-states.ts';
import { bridge } from '../bridge.ts';
import { createHostState } from './host-state.ts';

const gateway = createHostState({
  initial: INITIAL_GATEWAY,
  read: (host) => host.gateway.state(),
  onChanged: (listener) => bridge.gateway.onChanged(listener),
});
const overload = createHostState<OverloadRun | null>({
  initial: null,
  read: (host) => host.gateway.overload(),
  onChanged: (listener) => bridge.gateway.onOverloadChanged(listener),
});

/** The gateway of the host, as it reported last. */
export const { useState: useGatewayState, useChange: useGatewayChange } = gateway;

/** The newest overload test, also a finished one; null when there was none. */
export const { useState: useOverloadRun } = overload;
