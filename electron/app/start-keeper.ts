import { toJson } from '../../shared/float-json.ts';
import { NO_GPU, NO_SERVICES } from '../../shared/nothing-yet.ts';
import type { StartState } from '../../shared/start-state.ts';
import { asNotLive } from '../capabilities/gpu/status-board.ts';
import type { SettingsStore } from '../capabilities/settings/settings.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import { writeWhole } from '../foundation/files/whole-file.ts';
import type { Hosts } from './hosts.ts';
import { startDocument } from './start-state.ts';

const KEEP_EVERY_MS = 15_000;

/** What the next start shows before anything answered: all of it as not connected. The lab is gone by then. */
export function startStateOf(settings: SettingsStore, hosts: Hosts): StartState {
  const session = hosts.session();
  const known = session === null || session.profile.kind === 'lab' ? null : session;
  const state = hosts.state();
  return {
    settings: settings.get(),
    hosts: {
      hosts: state.hosts.filter((host) => host.kind !== 'lab'),
      selectedHostId: known?.profile.id ?? null,
      connection: known === null ? null : { ...known.connection.snapshot, state: { kind: 'offline' } },
      facts: known?.facts() ?? null,
    },
    gpu: known === null ? NO_GPU : asNotLive(known.gpu.status(), 0),
    services: known === null ? NO_SERVICES : { ...known.services.state(), error: null, sudoWithoutPassword: null },
  };
}

/** Keeps `file` at what a start would show, now and then and at {@link keep}; `stop` ends it. */
export function keepStartState(o: {
  readonly file: string;
  readonly settings: SettingsStore;
  readonly hosts: Hosts;
  readonly saves: SaveMonitor;
}): { keep(): void; stop(): void } {
  let written = '';
  const keep = (): void => {
    const text = startDocument(toJson(startStateOf(o.settings, o.hosts)));
    if (text === written) return;
    if (o.saves.save(o.file, () => writeWhole(o.file, text))) written = text;
  };
  const timer = setInterval(keep, KEEP_EVERY_MS);
  timer.unref?.();
  return { keep, stop: () => clearInterval(timer) };
}
