import type { z } from 'zod';
import { type GatewayPhase, GatewayProfile, GatewayReading, type GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import { type PanelError, PanelException } from '../../../shared/errors.ts';
import { isSameEndpoint } from '../../../shared/gateway-address.ts';
import type { LastKnown } from '../../foundation/files/last-known.ts';
import { readAuthority, trustToShow } from '../../foundation/http/authority.ts';
import type { HttpClient, HttpRequest, Reply } from '../../foundation/http/client.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { ConnectionLease } from '../../foundation/ssh/connection-pool.ts';
import { type Failure, polledState } from '../../foundation/timing/polled-state.ts';
import type { HistoryStore } from '../history/source.ts';
import { bindPassage } from './bound-passage.ts';
import { hostRemovedError, notSetUpError } from './errors.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import { imagesClassOf } from './images-class.ts';
import { parseGatewayModels } from './models.ts';
import { observe } from './observability.ts';
import { createOverloadTest, type OverloadTest } from './overload.ts';
import { type Passage, reachGateway } from './reach.ts';
import { readGateway, requestWithToken, requireSuccess } from './reading.ts';
import { createGatewayRecorder } from './recorder.ts';
import { isNetworkDependent, retryAfterMs } from './retry-after.ts';

const SHOWN_INTERVAL_MS = 2_000;
const HIDDEN_INTERVAL_MS = 15_000;
const MODELS_TIMEOUT_MS = 75_000;
const REMEMBERED = 'gateway';
export interface Gateway {
  state(): GatewayState;
  /** A new address or connection drops token, trust and readings. */
  configure(profile: z.input<typeof GatewayProfile> | null): void;
  setToken(token: string | null): void;
  acceptCertificate(sha256: string): void;
  /** Trusts certificates signed by the CAs in this PEM text. Throws gateway-authority-unreadable. */
  trustAuthority(pem: string): void;
  forgetTrust(): void;
  /** Reads the state now; resolves when the reply or the error is in it. */
  refresh(): Promise<void>;
  /** Reads the state at once, since the route may have changed; not for errors that only the operator can fix. */
  networkChanged(): void;
  /** Sends a request with the token. Throws gateway-not-set-up and what the client throws; a failed status is a reply. */
  request(request: HttpRequest): Promise<Reply>;
  /** Sends a request with this token, or with none; the reply changes nothing here. Throws as `request` does. */
  requestAs(token: string | null, request: HttpRequest): Promise<Reply>;
  /** Asks its listener without authentication; null = not reachable from here. Throws gateway-not-set-up and what the client throws. */
  observer(): HttpClient | null;
  /** The certificate that it shows now; null = plain http. Throws what judging it throws. */
  certificate(): ReturnType<ReturnType<typeof reachGateway>['certificate']>;
  models(): Promise<ReturnType<typeof parseGatewayModels>>;
  observability(): ReturnType<typeof observe>;
  readonly overload: OverloadTest;
  onChange(listener: (state: GatewayState) => void): () => void;
  stop(): void;
}

export interface GatewayOptions {
  readonly hostId: string;
  readonly gatewaySettings: GatewaySettings;
  /** Null when that host is no longer in the list. */
  readonly connectionTo: (hostId: string) => ConnectionLease | null;
  readonly lastKnown: LastKnown;
  readonly history: Pick<HistoryStore, 'append' | 'recordEvent'>;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}

/** The gateway of one host: polls its state and sends requests. */
export function createGateway(o: GatewayOptions): Gateway {
  const { gatewaySettings, now } = o;
  const profile = () => gatewaySettings.read()?.profile ?? null;
  const recorder = createGatewayRecorder({ ...o, profile, onEnded: () => void polled.refresh() });
  let phase: GatewayPhase = gatewaySettings.read() === null ? { kind: 'not-set-up' } : { kind: 'waiting' };
  let reading = GatewayReading.nullable()
    .catch(null)
    .parse(o.lastKnown.recall(o.hostId, REMEMBERED) ?? null);
  let clients: ReturnType<typeof reachGateway> | null = null;
  let lease: ConnectionLease | null = null;
  let stopListening = (): void => {};
  let failures = 0;
  /** Why token and trust were removed, until the operator enters new values. */
  let fallen: PanelError | null = null;

  const state = (): GatewayState => {
    const saved = gatewaySettings.read();
    return {
      hostId: o.hostId,
      profile: saved?.profile ?? null,
      trust: saved === null ? { kind: 'system' } : trustToShow(saved.trust),
      hasToken: saved !== null && gatewaySettings.token() !== null,
      phase,
      reading: saved === null ? null : reading,
    };
  };

  const hangUp = (): void => {
    clients?.api.close();
    clients?.observability?.close();
    clients = null;
    stopListening();
    stopListening = () => {};
    lease?.release();
    lease = null;
  };
  const saved = () => {
    const known = gatewaySettings.read();
    if (known === null) throw notSetUpError();
    return known;
  };
  const reached = (): NonNullable<typeof clients> => {
    if (clients !== null) return clients;
    const { via } = saved().profile;
    let passage: Passage | null = null;
    if (via.kind === 'ssh') {
      lease = o.connectionTo(via.hostId);
      if (lease === null) throw hostRemovedError();
      lease.connect().catch((cause: unknown) => o.log.warn('gateway.host-not-allowed', { host: via.hostId, cause: String(cause) }));
      const { connection } = lease;
      passage = bindPassage({ connection, gatewaySettings, onFallen: ({ panelError }) => fall(panelError) });
      let wasOnline = connection.snapshot.state.kind === 'online';
      stopListening = connection.onChange(({ state: { kind } }) => {
        const isOnline = kind === 'online';
        // That failure was the connection's: the gateway is unknown until it has answered.
        if (isOnline && phase.kind === 'failing' && phase.error.code === 'ssh-not-connected') phase = { kind: 'waiting' };
        if (isOnline !== wasOnline) void polled.refresh();
        wasOnline = isOnline;
      });
    }
    clients = reachGateway(saved(), passage);
    return clients;
  };

  const read = async (signal: AbortSignal): Promise<number | null> => {
    if (gatewaySettings.read() === null) return null;
    if (fallen !== null) throw new PanelException(fallen);
    const next = await readGateway({ client: reached().api, token: gatewaySettings.token(), before: reading, signal, now });
    if (signal.aborted) return null;
    reading = next;
    failures = 0;
    phase = { kind: 'live' };
    recorder.recordReading(next);
    recorder.recordPhase(true, null);
    o.lastKnown.remember(o.hostId, REMEMBERED, next);
    return SHOWN_INTERVAL_MS;
  };
  const onFailure = ({ error, since, isNew }: Failure): number | null => {
    failures += 1;
    const waitMs = retryAfterMs(error, failures, now());
    if (isNew) o.log.warn('gateway.failing', { code: error.code });
    recorder.recordPhase(false, error.message);
    phase = { kind: 'failing', error, since, retryAt: waitMs === null ? null : now() + waitMs };
    return waitMs;
  };
  const polled = polledState({
    state,
    // The gateway can be reached without SSH, or via another host.
    transport: null,
    isWindowShown: o.isWindowShown,
    hiddenEveryMs: HIDDEN_INTERVAL_MS,
    now,
    read,
    onFailure,
  });

  /** Readings of one gateway must not be shown for another. */
  const forgetReadings = (): void => {
    reading = null;
    overload.clear();
    o.lastKnown.remember(o.hostId, REMEMBERED, null);
  };
  const fall = (error: PanelError): void => {
    fallen = error;
    hangUp();
    forgetReadings();
    onFailure({ error, since: now(), isNew: true });
    polled.changed();
  };
  const beginAnew = (isSameGateway: boolean): void => {
    hangUp();
    failures = 0;
    fallen = null;
    if (!isSameGateway) forgetReadings();
    phase = gatewaySettings.read() === null ? { kind: 'not-set-up' } : { kind: 'waiting' };
    polled.changed();
    polled.restart();
  };
  const trust = (next: Parameters<GatewaySettings['write']>[0]): void => {
    gatewaySettings.write(next);
    beginAnew(true);
  };
  const request = async (wanted: HttpRequest): Promise<Reply> => {
    const { api } = reached();
    const reply = await recorder.watch(wanted, () => requestWithToken(api, gatewaySettings.token(), wanted));
    // A reply of a gateway that was replaced meanwhile must not change this profile.
    if (clients?.api === api) learnClass(imagesClassOf(wanted, reply));
    return reply;
  };
  const learnClass = (imagesClass: string | null): void => {
    const known = gatewaySettings.read();
    if (imagesClass === null || known === null || known.profile.imagesClass === imagesClass) return;
    gatewaySettings.write({ ...known, profile: { ...known.profile, imagesClass } });
    polled.changed();
  };
  const overload = createOverloadTest({ request, now });

  return {
    state,
    configure: (wanted) => {
      const before = gatewaySettings.read();
      const profile = wanted === null ? null : GatewayProfile.parse(wanted);
      // Certificate and token belong to an address and its route: elsewhere the same address is another machine.
      const isSame = before !== null && profile !== null && isSameEndpoint(before.profile, profile);
      if (!isSame) gatewaySettings.setToken(null);
      const bond = isSame ? { trust: before.trust, boundTo: before.boundTo } : { trust: { kind: 'system' } as const, boundTo: null };
      gatewaySettings.write(profile === null ? null : { profile, ...bond });
      beginAnew(isSame);
    },
    setToken: (token) => {
      saved();
      gatewaySettings.setToken(token);
      beginAnew(true);
    },
    acceptCertificate: (sha256) => trust({ ...saved(), trust: { kind: 'pinned', sha256 } }),
    trustAuthority: (text) => trust({ ...saved(), trust: { kind: 'authority', pem: readAuthority(text).pem } }),
    forgetTrust: () => trust({ ...saved(), trust: { kind: 'system' } }),
    refresh: polled.refresh,
    networkChanged: () => {
      if (phase.kind === 'failing' && !isNetworkDependent(phase.error)) return;
      // An open connection uses this computer's previous address.
      clients?.api.dropIdle();
      clients?.observability?.dropIdle();
      void polled.refresh();
    },
    request,
    requestAs: (token, wanted) => requestWithToken(reached().api, token, wanted),
    observer: () => reached().observability,
    certificate: () => reached().certificate(),
    models: async () => {
      const reply = await request({ path: '/v1/models', timeoutMs: MODELS_TIMEOUT_MS, maxBytes: 4 * 1_048_576 });
      return parseGatewayModels(requireSuccess(reply, now()).body);
    },
    observability: async () => observe(reached().observability, now),
    overload,
    onChange: polled.onChange,
    stop: () => {
      polled.stop();
      hangUp();
    },
  };
}
