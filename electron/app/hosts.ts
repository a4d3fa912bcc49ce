import { join } from 'node:path';
import { z } from 'zod';
import { HostProfile, type HostsState, type ImportResult, type SshConfigCandidate } from '../../shared/capabilities/hosts/contract.ts';
import { PanelException, toPanelError } from '../../shared/errors.ts';
import { type LoginStore, loginInKeyring, loginInMemory } from '../capabilities/backends/invokeai-login.ts';
import type { BorrowedConnection } from '../capabilities/gateway/gateway.ts';
import { forgetGateway, type GatewayKeeper, keepGateway } from '../capabilities/gateway/keeper.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import { importFromSshConfig } from '../capabilities/hosts/import-hosts.ts';
import { LAB_HOST_ID, type LabDoor, labGatewayKeeper, labProfile } from '../capabilities/hosts/lab-door.ts';
import type { Gallery } from '../capabilities/images/gallery.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import type { SettingsStore } from '../capabilities/settings/settings.ts';
import { openJsonFile } from '../foundation/files/json-file.ts';
import type { LastKnown } from '../foundation/files/last-known.ts';
import { readLeniently, type Understood } from '../foundation/files/lenient.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { SecretStore } from '../foundation/secret-store.ts';
import { type ConnectionOptions, createConnection } from '../foundation/ssh/connection.ts';
import { listSshConfigAliases } from '../foundation/ssh/ssh-config-hosts.ts';
import type { Connection } from '../foundation/ssh/transport.ts';
import { createHostSession, type HostSession } from './session.ts';

export interface Hosts {
  readonly file: string;
  state(): HostsState;
  /** The session of the host shown; null when none is. */
  session(): HostSession | null;
  save(profile: HostProfile): HostProfile;
  remove(hostId: string): void;
  importCandidates(): Promise<SshConfigCandidate[]>;
  importAliases(aliases: readonly string[]): Promise<ImportResult>;
  select(hostId: string): Promise<void>;
  startLab(): Promise<HostProfile>;
  labFault(fault: string, on: boolean): void;
  /** A connection of its own for the connection test; the caller disposes it. Rejects as `select` does. */
  spareConnection(profile: HostProfile): Promise<Connection>;
  onChange(listener: (state: HostsState) => void): () => void;
  /** Called with the new session whenever another host is shown. */
  onSession(listener: (session: HostSession | null) => void): () => void;
  dispose(): Promise<void>;
}

export interface HostsOptions {
  readonly dataFolder: string;
  readonly homeFolder: string;
  readonly knownHostsFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings: SettingsStore;
  readonly history: HistoryStore;
  readonly lastKnown: LastKnown;
  readonly prompts: Prompts;
  readonly secrets: SecretStore;
  readonly isWindowShown: () => boolean;
  readonly gallery: Gallery;
  /** Nothing is dialled before. */
  readonly mayConnect: Promise<unknown>;
  /** Rejects when this start may not reach real hosts. */
  readonly allowRealHosts: () => Promise<void>;
  readonly openLab: () => Promise<LabDoor>;
  /** Told where an unreadable list of hosts was moved to. */
  readonly onBroken: (movedTo: string) => void;
  /** Told of the hosts of the list that this version does not understand. */
  readonly onNotUnderstood: (places: readonly string[]) => void;
  readonly saves: SaveMonitor;
  readonly log: Logger;
  readonly now: () => number;
}

/** Host by host: one that a newer version wrote does not take the others with it. Throws for what is no list. */
function understandHosts(raw: unknown): Understood<HostProfile[]> {
  if (!Array.isArray(raw)) throw new Error('not a list of hosts');
  return readLeniently(z.array(HostProfile), raw, []);
}

/** The operator's hosts in `hosts.json`, and the one that is shown and connected. */
export function createHosts(o: HostsOptions): Hosts {
  const document = openJsonFile<HostProfile[]>({
    file: join(o.dataFolder, 'hosts.json'),
    understand: understandHosts,
    fallback: [],
    saves: o.saves,
    log: o.log,
    onBroken: o.onBroken,
    onNotUnderstood: o.onNotUnderstood,
  });
  const changeListeners = new Set<(state: HostsState) => void>();
  const sessionListeners = new Set<(session: HostSession | null) => void>();
  let session: HostSession | null = null;
  let lab: LabDoor | null = null;
  let labOpening: Promise<LabDoor> | null = null;
  let labGateway: GatewayKeeper | null = null;
  const labLogin = loginInMemory();

  const profiles = (): HostProfile[] => (lab === null ? [...document.read()] : [...document.read(), labProfile(lab)]);
  const state = (): HostsState => ({
    hosts: profiles(),
    selectedHostId: session?.profile.id ?? null,
    connection: session?.connection.snapshot ?? null,
    facts: session?.facts() ?? null,
  });
  const changed = (): void => {
    for (const listener of changeListeners) listener(state());
  };

  const isLab = (profile: HostProfile): boolean => profile.kind === 'lab' && lab !== null;

  const connectionFor = (profile: HostProfile): Connection => {
    const options: ConnectionOptions = {
      profile,
      ask: (question, signal) => o.prompts.ask(profile.label, question, signal),
      homeFolder: o.homeFolder,
      environment: o.environment,
      knownHostsFile: o.knownHostsFile,
      keepaliveSeconds: () => o.settings.get().ssh.keepaliveSeconds,
      sudoKeepMinutes: () => o.settings.get().ssh.sudoKeepMinutes,
      log: o.log,
      now: o.now,
    };
    if (profile.kind !== 'lab' || lab === null) return createConnection(options);
    return createConnection({ ...options, trustedHostKeys: [lab.hostKey], privateKeys: [lab.privateKey] });
  };

  const keeperOf = (hostId: string): GatewayKeeper => {
    if (hostId !== LAB_HOST_ID || lab === null) return keepGateway({ hostId, settings: o.settings, secrets: o.secrets });
    labGateway ??= labGatewayKeeper(lab);
    return labGateway;
  };
  const loginOf = (hostId: string): LoginStore => (hostId === LAB_HOST_ID ? labLogin : loginInKeyring(hostId, o.secrets));
  const borrow = (hostId: string): BorrowedConnection | null => {
    const profile = profiles().find((known) => known.id === hostId);
    if (profile === undefined) return null;
    const connection = connectionFor(profile);
    // Behind the same consent as a host that is selected: a gateway leads to it.
    const isAllowed = isLab(profile) ? Promise.resolve() : o.allowRealHosts();
    Promise.all([o.mayConnect, isAllowed]).then(
      () => connection.connect(),
      (cause: unknown) => o.log.warn('hosts.not-allowed', { host: hostId, code: toPanelError(cause).code }),
    );
    return { connection, release: () => connection.dispose() };
  };

  const show = (profile: HostProfile): void => {
    session?.dispose();
    const next = createHostSession({
      profile,
      connection: connectionFor(profile),
      history: o.history,
      lastKnown: o.lastKnown,
      settings: o.settings,
      gatewayKeeper: keeperOf(profile.id),
      invokeAiLogin: loginOf(profile.id),
      borrowOther: borrow,
      isWindowShown: o.isWindowShown,
      gallery: o.gallery,
      log: o.log,
      now: o.now,
    });
    session = next;
    next.connection.onChange(changed);
    next.onFacts(changed);
    o.settings.update({ last: { ...o.settings.get().last, hostId: profile.id } });
    for (const listener of sessionListeners) listener(next);
    changed();
    void o.mayConnect.then(() => {
      if (session === next) next.connection.connect();
    });
  };

  const openLab = async (): Promise<LabDoor> => {
    labOpening ??= o.openLab();
    try {
      lab = await labOpening;
      return lab;
    } finally {
      labOpening = null;
    }
  };

  const candidates = async (): Promise<SshConfigCandidate[]> => {
    const known = new Set(document.read().map((profile) => profile.sshConfigAlias));
    return (await listSshConfigAliases(o.homeFolder)).map((alias) => ({ alias, alreadyAdded: known.has(alias) }));
  };

  return {
    file: document.file,
    state,
    session: () => session,
    save: (profile) => {
      if (profile.kind === 'lab') return profile;
      if (profile.id === LAB_HOST_ID) throw labIdTaken();
      const others = document.read().filter((kept) => kept.id !== profile.id);
      document.write([...others, profile].sort((a, b) => a.label.localeCompare(b.label)));
      if (session?.profile.id === profile.id) show(profile);
      else changed();
      return profile;
    },
    remove: (hostId) => {
      document.write(document.read().filter((kept) => kept.id !== hostId));
      forgetGateway(keeperOf(hostId));
      loginOf(hostId).write(null);
      // A host that is added later may be given the same id, and is another machine.
      const { [hostId]: _addresses, ...backends } = o.settings.get().backends;
      o.settings.update({ backends });
      if (session?.profile.id === hostId) {
        session.dispose();
        session = null;
        for (const listener of sessionListeners) listener(null);
      }
      changed();
    },
    importCandidates: candidates,
    importAliases: async (aliases) => {
      const listed = await candidates();
      const options = { homeFolder: o.homeFolder, environment: o.environment };
      const result = await importFromSshConfig(aliases, listed, new Set(document.read().map((profile) => profile.id)), options);
      document.write([...document.read(), ...result.added].sort((a, b) => a.label.localeCompare(b.label)));
      changed();
      return result;
    },
    select: async (hostId) => {
      if (hostId === LAB_HOST_ID && lab === null) await openLab();
      const profile = profiles().find((kept) => kept.id === hostId);
      if (profile === undefined) {
        throw new PanelException({
          code: 'host-unknown',
          layer: 'panel',
          message: 'This host is no longer in the list.',
          hint: 'Pick another one, or add it again in Settings.',
          retryable: false,
        });
      }
      if (session?.profile.id === hostId && session.connection.snapshot.state.kind !== 'offline') return;
      if (!isLab(profile)) await o.allowRealHosts();
      show(profile);
    },
    startLab: async () => {
      const door = lab ?? (await openLab());
      const profile = labProfile(door);
      if (session?.profile.id !== profile.id) show(profile);
      return profile;
    },
    labFault: (fault, on) => {
      if (lab === null || session?.profile.kind !== 'lab') {
        throw new PanelException({
          code: 'not-the-lab',
          layer: 'lab',
          message: 'Faults can be injected in the built-in lab only.',
          hint: 'Switch to the lab first.',
          retryable: false,
        });
      }
      lab.fault(fault, on);
    },
    spareConnection: async (profile) => {
      if (!isLab(profile)) await o.allowRealHosts();
      return connectionFor(profile);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onSession: (listener) => {
      sessionListeners.add(listener);
      return () => sessionListeners.delete(listener);
    },
    dispose: async () => {
      session?.dispose();
      session = null;
      await lab?.close();
    },
  };
}

/** A real host under the lab's id would be reached without the consent that real hosts need, and with the lab's gateway. */
function labIdTaken(): PanelException {
  return new PanelException({
    code: 'host-id-taken',
    layer: 'panel',
    message: 'The id "lab" belongs to the built-in lab.',
    hint: 'Add the host under another name.',
    retryable: false,
  });
}
