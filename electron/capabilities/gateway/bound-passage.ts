import type { PanelException } from '../../../shared/errors.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { TunnelAgent } from '../../foundation/ssh/tunnel.ts';
import { machineChangedError } from './errors.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import type { Passage } from './reach.ts';

/**
 * The route via an SSH host, open only while that host is the machine that token and trust were entered for: the same address can
 * lead to another gateway from another machine. On a change both are removed, `onFallen` is called, and opening throws
 * gateway-machine-changed.
 */
export function bindPassage(o: {
  readonly connection: Pick<Transport, 'tunnel' | 'machine'>;
  readonly gatewaySettings: GatewaySettings;
  readonly onFallen: (error: PanelException) => void;
}): Passage {
  const { connection, gatewaySettings } = o;
  const check = (): void => {
    const machine = connection.machine();
    const saved = gatewaySettings.read();
    // Without a connection there is no machine to compare and no tunnel to open.
    if (machine === null || saved === null || saved.boundTo === machine) return;
    const isUnused = gatewaySettings.token() === null && saved.trust.kind === 'system';
    if (saved.boundTo === null || isUnused) {
      gatewaySettings.write({ ...saved, boundTo: machine });
      return;
    }
    gatewaySettings.setToken(null);
    gatewaySettings.write({ ...saved, trust: { kind: 'system' }, boundTo: machine });
    const error = machineChangedError(saved.boundTo, machine);
    o.onFallen(error);
    throw error;
  };
  const tunnel: Passage['tunnel'] = async (hostName, port) => {
    check();
    return await connection.tunnel(hostName, port);
  };
  return { tunnel, httpAgent: () => new TunnelAgent(tunnel) };
}
