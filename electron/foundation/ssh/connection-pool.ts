import type { HostProfile } from '../../../shared/capabilities/hosts/contract.ts';
import type { Connection } from './transport.ts';

/** One user's hold of a host's connection; it is closed when the last one is released. */
export interface ConnectionLease {
  readonly connection: Connection;
  /** Dials where the connection is offline. Rejects when this host may not be reached; a failing connection reports its own error. */
  connect(): Promise<void>;
  release(): void;
}

/** One connection a host, however many use it. */
export interface ConnectionPool {
  lease(profile: HostProfile): ConnectionLease;
  /** The host has another address now: who leases it from here on gets a new connection. */
  retire(hostId: string): void;
}

/** `open` makes a connection that is not dialled yet; `mayConnect` is awaited before each dialling. */
export function createConnectionPool(o: {
  readonly open: (profile: HostProfile) => Connection;
  readonly mayConnect: (profile: HostProfile) => Promise<unknown>;
}): ConnectionPool {
  interface Entry {
    readonly connection: Connection;
    leases: number;
  }
  const entries = new Map<string, Entry>();

  return {
    lease: (profile) => {
      const entry = entries.get(profile.id) ?? { connection: o.open(profile), leases: 0 };
      entries.set(profile.id, entry);
      entry.leases += 1;
      let isReleased = false;
      return {
        connection: entry.connection,
        connect: async () => {
          await o.mayConnect(profile);
          if (!isReleased && entry.connection.snapshot.state.kind === 'offline') entry.connection.connect();
        },
        release: () => {
          if (isReleased) return;
          isReleased = true;
          entry.leases -= 1;
          if (entry.leases > 0) return;
          if (entries.get(profile.id) === entry) entries.delete(profile.id);
          entry.connection.dispose();
        },
      };
    },
    retire: (hostId) => void entries.delete(hostId),
  };
}
