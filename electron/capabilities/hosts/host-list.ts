import { join } from 'node:path';
import { z } from 'zod';
import { HostProfile, type ImportResult, type SshConfigCandidate } from '../../../shared/capabilities/hosts/contract.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { findLabHost } from '../../../shared/lab-hosts.ts';
import { openJsonFile } from '../../foundation/files/json-file.ts';
import { readLeniently, type Understood } from '../../foundation/files/lenient.ts';
import type { SaveMonitor } from '../../foundation/files/save-monitor.ts';
import type { Logger } from '../../foundation/log/log.ts';
import { listSshConfigAliases } from '../../foundation/ssh/ssh-config-hosts.ts';
import { importFromSshConfig } from './ssh-config-import.ts';

/** The operator's hosts in `hosts.json`, by label. */
export interface HostList {
  readonly file: string;
  read(): readonly HostProfile[];
  /** Adds a host, or replaces the host with the same id. Throws host-id-taken for the lab's id. */
  save(profile: HostProfile): void;
  remove(hostId: string): void;
  importCandidates(): Promise<SshConfigCandidate[]>;
  importAliases(aliases: readonly string[]): Promise<ImportResult>;
  onChange(listener: () => void): () => void;
}

export interface HostListOptions {
  readonly dataFolder: string;
  readonly homeFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called with the path that a corrupt list was moved to. */
  readonly onCorrupt: (movedTo: string) => void;
  /** Called with the hosts that this version cannot parse. */
  readonly onUnknownEntries: (places: readonly string[]) => void;
  readonly saves: SaveMonitor;
  readonly log: Logger;
}

/** Parses the list host by host, so that a host of a newer version does not discard the others. Throws unless it is a list. */
function understandHosts(raw: unknown): Understood<HostProfile[]> {
  if (!Array.isArray(raw)) throw new Error('not a list of hosts');
  return readLeniently(z.array(HostProfile), raw, []);
}

export function openHostList(o: HostListOptions): HostList {
  const document = openJsonFile<HostProfile[]>({
    file: join(o.dataFolder, 'hosts.json'),
    understand: understandHosts,
    fallback: [],
    saves: o.saves,
    log: o.log,
    onCorrupt: o.onCorrupt,
    onUnknownEntries: o.onUnknownEntries,
  });
  const listeners = new Set<() => void>();
  const write = (profiles: readonly HostProfile[]): void => {
    document.write([...profiles].sort((a, b) => a.label.localeCompare(b.label)));
    for (const listener of listeners) listener();
  };
  const without = (hostId: string): readonly HostProfile[] => document.read().filter(({ id }) => id !== hostId);
  const importCandidates = async (): Promise<SshConfigCandidate[]> => {
    const known = new Set(document.read().map((profile) => profile.sshConfigAlias));
    return (await listSshConfigAliases(o.homeFolder)).map((alias) => ({ alias, alreadyAdded: known.has(alias) }));
  };
  return {
    file: document.file,
    read: () => document.read(),
    save: (profile) => {
      if (findLabHost(profile.id) !== null) throw hostIdTakenError(profile.id);
      write([...without(profile.id), profile]);
    },
    remove: (hostId) => write(without(hostId)),
    importCandidates,
    importAliases: async (aliases) => {
      const options = { homeFolder: o.homeFolder, environment: o.environment };
      const known = new Set(document.read().map(({ id }) => id));
      const result = await importFromSshConfig(aliases, await importCandidates(), known, options);
      write([...document.read(), ...result.added]);
      return result;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A real host under a lab's id would be reached without the consent that real hosts need, and with the lab's gateway. */
function hostIdTakenError(id: string): PanelException {
  return panelError({
    code: 'host-id-taken',
    layer: 'panel',
    message: `The id "${id}" is reserved for the built-in lab.`,
    hint: 'Add the host under another name.',
    retryable: false,
  });
}
