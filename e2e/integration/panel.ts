import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emit } from '../../electron/app/ipc.ts';
import { openPanelSession } from '../../electron/app/panel-session.ts';
import { createHostSession } from '../../electron/app/session.ts';
import { backendsCapability } from '../../electron/capabilities/backends/capability.ts';
import type { HostCapability } from '../../electron/capabilities/capability.ts';
import { comfyUiCapability } from '../../electron/capabilities/comfyui/capability.ts';
import { factsCapability } from '../../electron/capabilities/facts/capability.ts';
import { galleryCapability } from '../../electron/capabilities/gallery/capability.ts';
import type { Gallery } from '../../electron/capabilities/gallery/gallery.ts';
import { gatewayCapability } from '../../electron/capabilities/gateway/capability.ts';
import { createGatewaySettings } from '../../electron/capabilities/gateway/gateway-settings.ts';
import { gpuCapability } from '../../electron/capabilities/gpu/capability.ts';
import { historyCapability } from '../../electron/capabilities/history/capability.ts';
import type { HistoryStore } from '../../electron/capabilities/history/source.ts';
import { imagesCapability } from '../../electron/capabilities/images/capability.ts';
import { incidentsCapability } from '../../electron/capabilities/incidents/capability.ts';
import { journalCapability } from '../../electron/capabilities/journal/capability.ts';
import { modelsCapability } from '../../electron/capabilities/models/capability.ts';
import { servicesCapability } from '../../electron/capabilities/services/capability.ts';
import { openSettings } from '../../electron/capabilities/settings/settings.ts';
import type { SettingsStore } from '../../electron/capabilities/settings-store.ts';
import { setupCapability } from '../../electron/capabilities/setup/capability.ts';
import { supportCapability } from '../../electron/capabilities/support/capability.ts';
import { troubleshootingCapability } from '../../electron/capabilities/troubleshooting/capability.ts';
import { openLastKnown } from '../../electron/foundation/files/last-known.ts';
import { createSaveMonitor } from '../../electron/foundation/files/save-monitor.ts';
import { silentLogger } from '../../electron/foundation/log/log.ts';
import type { SecretStore } from '../../electron/foundation/secret-store.ts';
import { createConnection, type PromptQuestion } from '../../electron/foundation/ssh/connection.ts';
import type { Connection } from '../../electron/foundation/ssh/transport.ts';
import { secretsInMemory } from '../../electron/testing/secrets-in-memory.ts';
import type { ConnectionState, HostProfile, PromptAnswer } from '../../shared/capabilities/hosts/contract.ts';
import type { JournalEntry, JournalMark } from '../../shared/capabilities/journal/contract.ts';
import { shippedFromCheckout } from '../support/shipped.ts';
import type { HostUnderTest } from './hosts.ts';

/** The capabilities of one host, without a window; every question is answered by `answers`. */
export interface PanelUnderTest {
  readonly profile: HostProfile;
  readonly connection: Connection;
  readonly facts: RoomOf<typeof factsCapability>;
  readonly backends: RoomOf<typeof backendsCapability>;
  readonly gpu: RoomOf<typeof gpuCapability>;
  readonly services: RoomOf<typeof servicesCapability>;
  readonly journal: RoomOf<typeof journalCapability>;
  readonly gateway: RoomOf<typeof gatewayCapability>;
  readonly models: RoomOf<typeof modelsCapability>;
  readonly comfyui: RoomOf<typeof comfyUiCapability>;
  readonly images: RoomOf<typeof imagesCapability>;
  readonly setup: RoomOf<typeof setupCapability>;
  readonly troubleshooting: RoomOf<typeof troubleshootingCapability>;
  readonly incidents: RoomOf<typeof incidentsCapability>;
  readonly support: RoomOf<typeof supportCapability>;
  readonly dataFolder: string;
  readonly secrets: SecretStore;
  /** Every state the connection was in, oldest first. */
  readonly states: ConnectionState[];
  readonly requested: PromptQuestion[];
  readonly gallery: Gallery;
  readonly settings: SettingsStore;
  readonly history: HistoryStore;
  dispose(): void;
}

type RoomOf<C> = C extends HostCapability<string, infer Room> ? Room : never;

const NO_EMIT: Emit = { panel: () => {}, host: () => {} };

export function openPanel(
  host: Pick<HostUnderTest, 'profile' | 'homeFolder' | 'knownHostsFile' | 'sudoPassword' | 'gateway'>,
  o: {
    readonly answer?: (question: PromptQuestion) => PromptAnswer;
    readonly user?: string;
    readonly withoutKey?: boolean;
    readonly others?: Readonly<Record<string, PanelUnderTest>>;
  } = {},
): PanelUnderTest {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ada-data-'));
  const states: ConnectionState[] = [];
  const requested: PromptQuestion[] = [];
  const profile = { ...host.profile, ...(o.user === undefined ? {} : { user: o.user }), ...(o.withoutKey ? { identityFiles: [] } : {}) };
  const connection = createConnection({
    profile,
    promptUser: async (question) => {
      requested.push(question);
      if (o.answer !== undefined) return o.answer(question);
      return question.kind === 'sudo-password' ? { kind: 'secret', secret: host.sudoPassword } : { kind: 'cancel' };
    },
    homeFolder: host.homeFolder,
    environment: { PATH: process.env['PATH'] },
    knownHostsFile: host.knownHostsFile,
    keepaliveSeconds: () => 2,
    sudoKeepMinutes: () => 5,
    log: silentLogger,
  });
  connection.onChange(({ state }) => states.push(state));
  const settings = openSettings({ dataFolder, log: silentLogger });
  const secrets = secretsInMemory();
  if (host.gateway !== null) {
    const keeper = createGatewaySettings({ hostId: profile.id, settings, secrets });
    keeper.write(host.gateway.kept);
    keeper.setToken(host.gateway.token);
  }
  const panel = openPanelSession({
    parts: {
      dataFolder,
      settings,
      secrets,
      shipped: shippedFromCheckout,
      lastKnown: openLastKnown({ file: join(dataFolder, 'last-known.json'), log: silentLogger }),
      saves: createSaveMonitor(),
      desktop: {
        saveAs: async () => null,
        chooseFolder: async () => null,
        openFile: async () => null,
        copyFile: async () => {},
        showInFolder: () => {},
        startDrag: () => {},
        printHtml: async () => new Uint8Array(),
      },
      confirm: async () => {},
      storage: () => ({
        dataFolder,
        settingsFile: join(dataFolder, 'settings.json'),
        hostsFile: join(dataFolder, 'hosts.json'),
        logFile: join(dataFolder, 'panel.log'),
        knownHostsFile: join(dataFolder, 'known_hosts'),
        secrets: { protected: false, backend: 'memory', message: '' },
      }),
      isWindowShown: () => true,
      log: silentLogger,
      now: Date.now,
    },
    emit: NO_EMIT,
  });
  const session = createHostSession({
    panel: panel.context,
    profile,
    currentProfile: () => profile,
    lease: { connection, connect: async () => {}, release: () => connection.dispose() },
    lab: null,
    connectionTo: (hostId) => {
      const other = hostId === profile.id ? { connection } : o.others?.[hostId];
      return other === undefined ? null : { connection: other.connection, connect: async () => {}, release: () => {} };
    },
    emit: NO_EMIT,
  });
  connection.connect();
  return {
    profile,
    connection,
    facts: session.use(factsCapability),
    backends: session.use(backendsCapability),
    gpu: session.use(gpuCapability),
    services: session.use(servicesCapability),
    journal: session.use(journalCapability),
    gateway: session.use(gatewayCapability),
    models: session.use(modelsCapability),
    comfyui: session.use(comfyUiCapability),
    images: session.use(imagesCapability),
    setup: session.use(setupCapability),
    troubleshooting: session.use(troubleshootingCapability),
    incidents: session.use(incidentsCapability),
    support: session.use(supportCapability),
    dataFolder,
    secrets,
    states,
    requested,
    gallery: panel.context.use(galleryCapability),
    settings,
    history: panel.context.use(historyCapability),
    dispose: () => {
      session.dispose();
      void panel.stop().finally(() => rmSync(dataFolder, { recursive: true, force: true }));
    },
  };
}

const CHECK_INTERVAL_MS = 20;

/** Generous: a busy machine is no failure. */
const TIMEOUT_MS = 150_000;

/** Resolves with the first answer that is neither null nor false; fails, naming what was awaited, when none comes. */
export async function until<T>(
  check: () => T | null | false | undefined | Promise<T | null | false | undefined>,
  what: string,
  limitMs = TIMEOUT_MS,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await check();
    if (seen !== null && seen !== false && seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
  }
}

export const online = (panel: PanelUnderTest): Promise<true> =>
  until(() => panel.connection.snapshot.state.kind === 'online', 'the connection');

/** Follows one unit and gathers what comes; acknowledges like the window does. */
export function follow(
  panel: PanelUnderTest,
  units: readonly string[],
  backlog = 0,
): { readonly entries: JournalEntry[]; readonly marks: JournalMark[]; numbers(): number[]; following(): boolean; close(): void } {
  const entries: JournalEntry[] = [];
  const marks: JournalMark[] = [];
  let isFollowing = false;
  const stopStream = panel.journal.onStream((state) => {
    isFollowing = state.kind === 'following';
  });
  const stopEntries = panel.journal.onEntries((batch) => {
    entries.push(...batch.entries);
    if (batch.mark !== null) marks.push(batch.mark);
    panel.journal.acknowledge(batch.streamId, entries.length);
  });
  const { streamId } = panel.journal.open({ units: [...units], backlog });
  return {
    close: () => {
      panel.journal.close(streamId);
      stopStream();
      stopEntries();
    },
    entries,
    marks,
    following: () => isFollowing,
    numbers: () =>
      entries
        .map((entry) => /^numbered line (\d+)$/.exec(entry.text)?.[1])
        .filter((number) => number !== undefined)
        .map(Number),
  };
}

/** first, first+1, … */
export const countUp = (first: number, count: number): number[] => [...Array(count).keys()].map((n) => first + n);
