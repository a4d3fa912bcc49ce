import type { HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { HostCapability, HostContext, OpenHostCapability, PanelContext } from '../capabilities/capability.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';
import { HOST_CAPABILITIES } from '../capabilities.ts';
import type { ConnectionLease } from '../foundation/ssh/connection-pool.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import type { Emit } from './ipc.ts';

/** The connection and capabilities of one open host, shown or not. */
export interface HostSession {
  readonly hostId: string;
  readonly profile: HostProfile;
  readonly connection: Connection;
  /** A capability's instance, opened with the capabilities it depends on. */
  use: HostContext['use'];
  /** Runs a call of the contract, after its confirmation if it requires one. Input is parsed. */
  call(name: string, input: unknown): Promise<unknown>;
  /** Connects if offline. Rejects when this host may not be reached. */
  connect(): Promise<void>;
  dispose(): void;
}

/** Opens every capability of one host over one connection, which {@link HostSession.connect} dials. */
export function createHostSession(o: {
  readonly panel: PanelContext;
  readonly profile: HostProfile;
  readonly currentProfile: () => HostProfile | null;
  readonly lease: ConnectionLease;
  readonly lab: RunningLab | null;
  readonly connectionTo: (hostId: string) => ConnectionLease | null;
  readonly emit: Emit;
}): HostSession {
  const { panel, profile, lease } = o;
  const hostId = profile.id;
  const opened = new Map<string, OpenHostCapability>();
  const openOnce = (capability: Pick<HostCapability<string, unknown>, 'name' | 'open'>): OpenHostCapability => {
    const known = opened.get(capability.name);
    if (known !== undefined) return known;
    const fresh = capability.open(context);
    opened.set(capability.name, fresh);
    return fresh;
  };
  const context: HostContext = {
    ...panel,
    hostId,
    profile,
    currentProfile: o.currentProfile,
    connection: lease.connection,
    lab: o.lab,
    connectionTo: o.connectionTo,
    use: (capability) => {
      if (capability.scope === 'panel') return capability.roomOf(panel);
      openOnce(capability);
      return capability.roomOf(context);
    },
  };
  const byCall = new Map<string, OpenHostCapability>();
  for (const capability of HOST_CAPABILITIES) {
    const room = openOnce(capability);
    for (const name of capability.calls) byCall.set(name, room);
  }
  const stops = [...opened.values()].flatMap((room) => room.connect((name, value) => o.emit.host(hostId, name, value)));

  return {
    hostId,
    profile,
    connection: lease.connection,
    use: context.use,
    call: async (name, input) => {
      const room = byCall.get(name);
      const confirmation = (await room?.confirmationOf(name, input)) ?? null;
      if (confirmation !== null) await panel.confirm(confirmation);
      return await room?.call(name, input);
    },
    connect: () => lease.connect(),
    dispose: () => {
      for (const stop of stops) stop();
      // Released first, so that the capabilities see a closed session and not a lost connection.
      lease.release();
      for (const room of [...opened.values()].toReversed()) room.stop();
    },
  };
}
