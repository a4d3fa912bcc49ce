import { isDeepStrictEqual } from 'node:util';
import type { HostProfile, HostsState } from '../../shared/capabilities/hosts/contract.ts';
import { type PanelException, panelError } from '../../shared/errors.ts';
import type { HostList } from '../capabilities/hosts/host-list.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import { labProfile, type RunningLab } from '../capabilities/running-lab.ts';
import { type ConnectionOptions, createConnection } from '../foundation/ssh/connection.ts';
import { type ConnectionLease, createConnectionPool } from '../foundation/ssh/connection-pool.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import type { Emit } from './ipc.ts';
import type { Labs } from './lab-host.ts';
import type { PanelSession } from './panel-session.ts';
import { createHostSession, type HostSession } from './session.ts';

/** The saved hosts, the labs, and a session for each open host. The page decides which host is shown. */
export interface Hosts {
  state(): HostsState;
  profile(hostId: string): HostProfile | null;
  /** Null for a host that was not opened. */
  session(hostId: string): HostSession | null;
  /** Throws host-not-open. */
  requireSession(hostId: string): HostSession;
  sessions(): readonly HostSession[];
  /** Opens or reconnects a session, and starts a lab for its id. Throws host-unknown, lab-not-started and the errors of the consent. */
  open(hostId: string): Promise<void>;
  /** Saves a host and reopens its session; the connection is kept where only the name of the host changed. */
  save(profile: HostProfile): HostProfile;
  remove(hostId: string): void;
  /** A connection for the connection test of a profile that may not be saved; the caller disposes it. */
  testConnection(profile: HostProfile): Promise<Connection>;
  onChange(listener: (state: HostsState) => void): () => void;
  /** Calls the listener with each opened session, and the function it returns when that session ends. */
  onSession(listener: (session: HostSession) => () => void): void;
  dispose(): Promise<void>;
}

export interface HostsOptions {
  readonly list: HostList;
  readonly labs: Labs;
  readonly panel: PanelSession;
  readonly emit: Emit;
  readonly prompts: Prompts;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Connections wait for this promise. */
  readonly mayConnect: Promise<unknown>;
  /** Rejects when this start may not reach real hosts. */
  readonly allowRealHosts: () => Promise<void>;
}

/** Whether a connection by one profile serves the other as well. */
const isSameTarget = (one: HostProfile, other: HostProfile): boolean => isDeepStrictEqual({ ...one, label: '' }, { ...other, label: '' });

export function createHosts(o: HostsOptions): Hosts {
  const { list, labs, panel } = o;
  const { settings, log, now } = panel.context;
  const changeListeners = new Set<(state: HostsState) => void>();
  const sessionListeners = new Set<(session: HostSession) => () => void>();
  const sessions = new Map<string, { readonly session: HostSession; readonly stops: readonly (() => void)[] }>();

  const profiles = (): readonly HostProfile[] => {
    const running = [...labs.values()].map((lab) => lab.runningLab()).filter((lab) => lab !== null);
    return [...list.read(), ...running.map(labProfile)];
  };
  const profileOf = (hostId: string): HostProfile | null => profiles().find(({ id }) => id === hostId) ?? null;
  const state = (): HostsState => ({
    hosts: [...profiles()],
    connections: Object.fromEntries([...sessions].map(([hostId, { session }]) => [hostId, session.connection.snapshot])),
    lastHostId: settings.get().last.hostId,
    labs: Object.fromEntries([...labs].map(([hostId, lab]) => [hostId, lab.state()])),
  });
  const changed = (): void => {
    for (const listener of changeListeners) listener(state());
  };
  list.onChange(changed);
  for (const lab of labs.values()) lab.onChange(changed);

  const labOf = ({ kind, id }: HostProfile): RunningLab | null => (kind === 'lab' ? (labs.get(id)?.runningLab() ?? null) : null);
  const requireAllowed = async (profile: HostProfile): Promise<void> => {
    if (labOf(profile) === null) await o.allowRealHosts();
  };
  const createConnectionTo = (profile: HostProfile): Connection => {
    const options: ConnectionOptions = {
      profile,
      promptUser: (question, signal) => o.prompts.promptUser(profileOf(profile.id)?.label ?? profile.label, question, signal),
      homeFolder: o.homeFolder,
      environment: o.environment,
      knownHostsFile: o.knownHostsFile,
      keepaliveSeconds: () => settings.get().ssh.keepaliveSeconds,
      sudoKeepMinutes: () => settings.get().ssh.sudoKeepMinutes,
      log,
      now,
    };
    const runningLab = labOf(profile);
    return createConnection(
      runningLab === null ? options : { ...options, trustedHostKeys: [runningLab.hostKey], privateKeys: [runningLab.privateKey] },
    );
  };
  const pool = createConnectionPool({
    open: createConnectionTo,
    // A gateway may connect through a host that is not open, so the consent is required here as well.
    mayConnect: (profile) => Promise.all([o.mayConnect, requireAllowed(profile)]),
  });

  /** Never reconnects a host that the operator disconnected. */
  const connectionTo = (hostId: string): ConnectionLease | null => {
    const profile = profileOf(hostId);
    if (profile === null) return null;
    const lease = pool.lease(profile);
    return sessions.has(hostId) ? { ...lease, connect: async () => {} } : lease;
  };

  const close = (hostId: string): void => {
    const open = sessions.get(hostId);
    if (open === undefined) return;
    sessions.delete(hostId);
    for (const stop of open.stops) stop();
    open.session.dispose();
  };
  const openSession = (profile: HostProfile): HostSession => {
    const hostId = profile.id;
    const lease = pool.lease(profile);
    const session = createHostSession({
      panel: panel.context,
      profile,
      currentProfile: () => profileOf(hostId),
      lease,
      lab: labOf(profile),
      connectionTo: (otherId) =>
        otherId === hostId ? { connection: lease.connection, connect: async () => {}, release: () => {} } : connectionTo(otherId),
      emit: o.emit,
    });
    const stops = [session.connection.onChange(changed), ...[...sessionListeners].map((listener) => listener(session))];
    sessions.set(hostId, { session, stops });
    return session;
  };
  const dial = (session: HostSession): void => {
    session.connect().catch((cause: unknown) => log.warn('hosts.not-connected', { host: session.hostId, cause: String(cause) }));
  };

  return {
    state,
    profile: profileOf,
    session: (hostId) => sessions.get(hostId)?.session ?? null,
    requireSession: (hostId) => {
      const open = sessions.get(hostId);
      if (open === undefined) throw hostNotOpenError();
      return open.session;
    },
    sessions: () => [...sessions.values()].map(({ session }) => session),
    open: async (hostId) => {
      const lab = labs.get(hostId);
      if (lab === undefined && profileOf(hostId) === null) throw hostUnknownError();
      settings.update({ last: { ...settings.get().last, hostId } });
      await lab?.start();
      const profile = profileOf(hostId);
      if (profile === null) throw hostUnknownError();
      await requireAllowed(profile);
      const session = sessions.get(hostId)?.session ?? openSession(profile);
      changed();
      dial(session);
    },
    save: (profile) => {
      if (profile.kind === 'lab') return profile;
      const isOpen = sessions.has(profile.id);
      const before = profileOf(profile.id);
      const kept = isOpen && before !== null && isSameTarget(before, profile) ? pool.lease(profile) : null;
      list.save(profile);
      close(profile.id);
      if (kept === null) pool.retire(profile.id);
      if (isOpen) {
        dial(openSession(profile));
        changed();
      }
      kept?.release();
      return profile;
    },
    remove: (hostId) => {
      close(hostId);
      pool.retire(hostId);
      panel.forget(hostId);
      list.remove(hostId);
    },
    testConnection: async (profile) => {
      await requireAllowed(profile);
      return createConnectionTo(profile);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onSession: (listener) => void sessionListeners.add(listener),
    dispose: async () => {
      for (const hostId of [...sessions.keys()]) close(hostId);
      await Promise.all([...labs.values()].map((lab) => lab.close()));
    },
  };
}

function hostUnknownError(): PanelException {
  return panelError({
    code: 'host-unknown',
    layer: 'panel',
    message: 'This host is no longer in the list.',
    hint: 'Select another host, or add it again in Settings.',
    retryable: false,
  });
}

function hostNotOpenError(): PanelException {
  return panelError({
    code: 'host-not-open',
    layer: 'panel',
    message: 'This host is not open.',
    hint: 'Connect to it first.',
    retryable: true,
  });
}
