import { z } from 'zod';
import { HostFacts, type HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import { vramByUnit } from '../../shared/gpu-summary.ts';
import { HOST_SCRIPTS, scriptArgv } from '../../shared/host-scripts/index.ts';
import { INVOKEAI_PEER, INVOKEAI_PORT } from '../capabilities/backends/invokeai.ts';
import { createInvokeAiLine } from '../capabilities/backends/invokeai-events.ts';
import { createInvokeAiLogin, type LoginStore } from '../capabilities/backends/invokeai-login.ts';
import { createMovingClient, createWhereabouts } from '../capabilities/backends/place.ts';
import { type ComfyUi, createComfyUi } from '../capabilities/comfyui/comfyui.ts';
import { COMFYUI_PEER, COMFYUI_PORT } from '../capabilities/comfyui/replies.ts';
import { type BorrowedConnection, createGateway, type Gateway } from '../capabilities/gateway/gateway.ts';
import type { GatewayKeeper } from '../capabilities/gateway/keeper.ts';
import { createGpuSampler, type GpuSampler } from '../capabilities/gpu/sampler.ts';
import type { HistoryStore } from '../capabilities/history/source.ts';
import { parseHostFacts } from '../capabilities/hosts/facts.ts';
import type { Gallery } from '../capabilities/images/gallery.ts';
import { createImages, type Images } from '../capabilities/images/images.ts';
import { createJournal, type Journal } from '../capabilities/journal/journal.ts';
import { createModels } from '../capabilities/models/models.ts';
import type { Models } from '../capabilities/models/types.ts';
import { createServices, type Services } from '../capabilities/services/services.ts';
import type { SettingsStore } from '../capabilities/settings/settings.ts';
import type { LastKnown } from '../foundation/files/last-known.ts';
import type { Peer } from '../foundation/http/client.ts';
import type { Logger } from '../foundation/log/log.ts';
import type { Connection } from '../foundation/ssh/transport.ts';

const NO_UNITS = { pinned: [], order: [] };
const REMEMBERED = 'facts';
const OPEN_BATCHES = 'open-batches';

/** Everything that lives as long as one host is the one shown: its connection and the rooms that read through it. */
export interface HostSession {
  readonly profile: HostProfile;
  readonly connection: Connection;
  readonly gpu: GpuSampler;
  readonly services: Services;
  readonly journal: Journal;
  readonly gateway: Gateway;
  readonly images: Images;
  readonly models: Models;
  readonly comfyui: ComfyUi;
  facts(): HostFacts | null;
  onFacts(listener: (facts: HostFacts | null) => void): () => void;
  dispose(): void;
}

/** Composes the rooms of one host over one connection. Nothing is dialled before `connection.connect()`. */
export function createHostSession(o: {
  readonly profile: HostProfile;
  readonly connection: Connection;
  readonly history: HistoryStore;
  readonly lastKnown: LastKnown;
  readonly settings: SettingsStore;
  readonly gatewayKeeper: GatewayKeeper;
  readonly invokeAiLogin: LoginStore;
  /** A connection to another host of the list; null when it is not there. */
  readonly borrowOther: (hostId: string) => BorrowedConnection | null;
  readonly isWindowShown: () => boolean;
  readonly gallery: Gallery;
  readonly log: Logger;
  readonly now: () => number;
}): HostSession {
  const hostId = o.profile.id;
  let facts = HostFacts.nullable()
    .catch(null)
    .parse(o.lastKnown.recall(hostId, REMEMBERED) ?? null);
  const factListeners = new Set<(facts: HostFacts | null) => void>();
  const gpu = createGpuSampler({ transport: o.connection, hostId, history: o.history, lastKnown: o.lastKnown, log: o.log, now: o.now });
  const services = createServices({
    transport: o.connection,
    hostId,
    hostLabel: () => o.profile.label,
    preferences: {
      read: () => o.settings.get().services[hostId] ?? NO_UNITS,
      write: (units) =>
        o.settings.update({
          services: { ...o.settings.get().services, [hostId]: { pinned: [...units.pinned], order: [...units.order] } },
        }),
    },
    vramByUnit: () => vramByUnit(gpu.status().processes),
    lastKnown: o.lastKnown,
    log: o.log,
    now: o.now,
  });
  const journal = createJournal({ transport: o.connection, log: o.log, now: o.now, clockOffsetMs: () => facts?.clockOffsetMs ?? null });

  let onlineSince: number | null = null;
  const readFacts = async (): Promise<void> => {
    const askedAt = o.now();
    const answer = await o.connection.exec(scriptArgv(HOST_SCRIPTS.facts), { timeoutMs: 15_000 });
    facts = parseHostFacts(answer.stdout, askedAt, o.now());
    o.lastKnown.remember(hostId, REMEMBERED, facts);
    for (const listener of factListeners) listener(facts);
  };
  const stopListening = o.connection.onChange(({ state }) => {
    if (state.kind !== 'online') {
      onlineSince = null;
      return;
    }
    if (state.since === onlineSince) return;
    onlineSince = state.since;
    readFacts().catch((cause: unknown) => o.log.warn('hosts.facts-failed', { cause: String(cause) }));
  });

  const gateway = createGateway({
    hostId,
    keeper: o.gatewayKeeper,
    borrow: (otherId) => (otherId === hostId ? { connection: o.connection, release: () => {} } : o.borrowOther(otherId)),
    lastKnown: o.lastKnown,
    isWindowShown: o.isWindowShown,
    log: o.log,
    now: o.now,
  });

  const agent = o.connection.httpAgent();
  const whereabouts = (of: 'invokeai' | 'comfyui', peer: Peer, usualPort: number) =>
    createWhereabouts({ peer, address: () => o.settings.get().backends[hostId]?.[of] ?? null, usualPort, transport: o.connection });
  const ofInvokeAi = whereabouts('invokeai', INVOKEAI_PEER, INVOKEAI_PORT);
  const ofComfyUi = whereabouts('comfyui', COMFYUI_PEER, COMFYUI_PORT);
  const lookAgain = (): void => {
    ofInvokeAi.look();
    ofComfyUi.look();
  };
  const invokeAiLogin = createInvokeAiLogin({
    client: createMovingClient(ofInvokeAi),
    place: () => ofInvokeAi.identity(),
    store: o.invokeAiLogin,
  });
  const invokeai = invokeAiLogin.client;
  const line = createInvokeAiLine(ofInvokeAi, () => invokeAiLogin.token());
  const models = createModels({
    hostId,
    transport: o.connection,
    login: invokeAiLogin,
    line,
    gpu,
    isWindowShown: o.isWindowShown,
    log: o.log,
    now: o.now,
  });
  const comfyUiClient = createMovingClient(ofComfyUi);
  const comfyui = createComfyUi({
    hostId,
    transport: o.connection,
    client: comfyUiClient,
    gpu,
    services,
    isWindowShown: o.isWindowShown,
    log: o.log,
    now: o.now,
  });
  const images = createImages({
    agent,
    invokeai,
    line,
    transport: o.connection,
    gateway,
    gpu,
    gallery: o.gallery,
    clockOffsetMs: () => facts?.clockOffsetMs ?? null,
    openBatches: {
      recall: () => z.array(z.string()).catch([]).parse(o.lastKnown.recall(hostId, OPEN_BATCHES)),
      remember: (batchIds) => o.lastKnown.remember(hostId, OPEN_BATCHES, batchIds),
    },
    hostLabel: () => o.profile.label,
    log: o.log,
    now: o.now,
  });

  const stopMoving = [
    ofInvokeAi.onMoved(() => void models.refresh()),
    ofComfyUi.onMoved(() => void comfyui.refresh()),
    o.settings.onChange(lookAgain),
    o.connection.onChange(lookAgain),
  ];

  gpu.start();
  services.start();
  return {
    profile: o.profile,
    connection: o.connection,
    gpu,
    services,
    journal,
    gateway,
    images,
    models,
    comfyui,
    facts: () => facts,
    onFacts: (listener) => {
      factListeners.add(listener);
      return () => factListeners.delete(listener);
    },
    dispose: () => {
      stopListening();
      for (const stop of stopMoving) stop();
      // First, so that what stops with it sees that it was left, and not that it fell silent.
      o.connection.dispose();
      images.stop();
      models.stop();
      comfyui.stop();
      line.close();
      invokeai.close();
      comfyUiClient.close();
      gateway.stop();
      gpu.stop();
      services.stop();
      journal.stop();
    },
  };
}
