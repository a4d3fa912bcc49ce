import { toJson } from '../../shared/float-json.ts';
import type { StartState } from '../../shared/start-state.ts';
import { factsCapability } from '../capabilities/facts/capability.ts';
import { gpuCapability } from '../capabilities/gpu/capability.ts';
import { asNotLive } from '../capabilities/gpu/status-board.ts';
import { servicesCapability } from '../capabilities/services/capability.ts';
import type { SettingsStore } from '../capabilities/settings-store.ts';
import { writeFileAtomic } from '../foundation/files/atomic-file.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Hosts } from './hosts.ts';
import { startDocument } from './start-state.ts';

const WRITE_INTERVAL_MS = 15_000;

/** The state that the next start shows before any host is connected, with every host offline and without the labs. */
export function startStateOf(settings: SettingsStore, hosts: Hosts): StartState {
  const { lastHostId, hosts: profiles } = hosts.state();
  const last = lastHostId === null ? null : hosts.session(lastHostId);
  const known = last === null || last.profile.kind === 'lab' ? null : last;
  return {
    settings: settings.get(),
    hosts: {
      hosts: profiles.filter((host) => host.kind !== 'lab'),
      connections: known === null ? {} : { [known.hostId]: { ...known.connection.snapshot, state: { kind: 'offline' } } },
      lastHostId: known?.hostId ?? null,
      labs: {},
    },
    last:
      known === null
        ? null
        : {
            hostId: known.hostId,
            facts: known.use(factsCapability).current(),
            gpu: asNotLive(known.use(gpuCapability).status(), 0),
            services: { ...known.use(servicesCapability).state(), error: null, sudoWithoutPassword: null },
          },
  };
}

/** Writes the start state to `file` every 15 s and at {@link write}; `stop` ends it. */
export function createStartStateWriter(o: {
  readonly file: string;
  readonly settings: SettingsStore;
  readonly hosts: Hosts;
  readonly saves: SaveMonitor;
}): { write(): void; stop(): void } {
  let written = '';
  const write = (): void => {
    const text = startDocument(toJson(startStateOf(o.settings, o.hosts)));
    if (text === written) return;
    if (o.saves.save(o.file, () => writeFileAtomic(o.file, text))) written = text;
  };
  const timer = setInterval(write, WRITE_INTERVAL_MS);
  timer.unref?.();
  return { write, stop: () => clearInterval(timer) };
}
