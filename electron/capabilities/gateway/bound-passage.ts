import type { PanelException } from '../../../shared/errors.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { TunnelAgent } from '../../foundation/ssh/tunnel.ts';
import { machineChangedError } from './errors.ts';
import type { GatewayKeeper } from './keeper.ts';
import type { Passage } from './reach.ts';

/**
 * The way through an SSH host, open only while the machine at its far end is the one that token and trust were given for: the
 * same address leads elsewhere from another machine. When it is another one, both are forgotten, `onFallen` hears of it, and
 * nothing is opened. Opening throws gateway-machine-changed.
 */
export function bindPassage(o: {
  readonly connection: Pick<Transport, 'tunnel' | 'machine'>;
  readonly keeper: GatewayKeeper;
  readonly onFallen: (error: PanelException) => void;
}): Passage {
  const { connection, keeper } = o;
  const check = (): void => {
    const machine = connection.machine();
    const kept = keeper.read();
    // A connection that was never there opens nothing either.
    if (machine === null || kept === null || kept.boundTo === machine) return;
    const isUnused = keeper.token() === null && kept.trust.kind === 'system';
    if (kept.boundTo === null || isUnused) {
      keeper.write({ ...kept, boundTo: machine });
      return;
    }
    keeper.setToken(null);
    keeper.write({ ...kept, trust: { kind: 'system' }, boundTo: machine });
    const error = machineChangedError(kept.boundTo, machine);
    o.onFallen(error);
    throw error;
  };
  const tunnel: Passage['tunnel'] = async (hostName, port) => {
    check();
    return await connection.tunnel(hostName, port);
  };
  return { tunnel, httpAgent: () => new TunnelAgent(tunnel) };
}
