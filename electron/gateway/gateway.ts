import { type GatewayPhase, type GatewayProfile, GatewayReading, type GatewayState } from '../../shared/contract/gateway.ts';
import { type PanelError, PanelException, toPanelError } from '../../shared/errors.ts';
import type { LastKnown } from '../history/last-known.ts';
import type { Ask, HttpClient, Reply } from '../http/client.ts';
import type { Logger } from '../log.ts';
import { type Loop, startLoop } from '../loop.ts';
import type { Connection } from '../ssh/transport.ts';
import { type AdmissionLog, createAdmissionLog } from './admission-history.ts';
import { readAuthority, trustToShow } from './authority.ts';
import type { GatewayKeeper } from './keeper.ts';
import { parseGatewayModels } from './models.ts';
import { observe } from './observability.ts';
import { createOverloadTest, type OverloadTest } from './overload.ts';
import { reachGateway } from './reach.ts';
import { askWithToken, readGateway, successOf } from './reading.ts';

const SHOWN_EVERY_MS = 2_000;
const HIDDEN_EVERY_MS = 15_000;
/** After the first, second … failure in a row. */
const BACKOFF_MS = [2_000, 4_000, 8_000, 15_000] as const;
const MODELS_LIMIT_MS = 75_000;
const REMEMBERED = 'gateway';

/** The SSH connection a gateway is reached through; `release` when it is no longer needed. */
export interface BorrowedConnection {
  readonly connection: Connection;
  release(): void;
}

export interface Gateway {
  state(): GatewayState;
  configure(profile: GatewayProfile | null): void;
  setToken(token: string | null): void;
  acceptCertificate(sha256: string): void;
  /** Trusts what the authorities in this PEM text signed. Throws gateway-authority-unreadable. */
  trustAuthority(pem: string): void;
  forgetTrust(): void;
  /** Asks now; resolves when that answer, or refusal, is in the state. */
  refresh(): Promise<void>;
  /** The way to it may be another one now: asks at once, unless it is the operator's turn. */
  networkChanged(): void;
  /** A request with the token. Throws gateway-not-set-up and what the client throws; a refusal by status is an answer. */
  ask(ask: Ask): Promise<Reply>;
  models(): Promise<ReturnType<typeof parseGatewayModels>>;
  observability(): ReturnType<typeof observe>;
  readonly history: Pick<AdmissionLog, 'read'>;
  readonly overload: OverloadTest;
  onChange(listener: (state: GatewayState) => void): () => void;
  stop(): void;
}

export interface GatewayOptions {
  readonly hostId: string;
  readonly keeper: GatewayKeeper;
  /** Null when that host is no longer in the list. */
  readonly borrow: (hostId: string) => BorrowedConnection | null;
  readonly lastKnown: LastKnown;
  readonly isWindowShown: () => boolean;
  readonly log: Logger;
  readonly now: () => number;
}

/** The gateway of one host: asked for its state all the time, and for more when somebody wants it. */
export function createGateway(o: GatewayOptions): Gateway {
  const { keeper, now } = o;
  const listeners = new Set<(state: GatewayState) => void>();
  const admissionLog = createAdmissionLog();
  let phase: GatewayPhase = keeper.read() === null ? { kind: 'not-set-up' } : { kind: 'waiting' };
  let reading = GatewayReading.nullable()
    .catch(null)
    .parse(o.lastKnown.recall(o.hostId, REMEMBERED) ?? null);
  let clients: { readonly api: HttpClient; readonly observability: HttpClient | null } | null = null;
  let borrowed: BorrowedConnection | null = null;
  let stopListening = (): void => {};
  let failures = 0;
  let loop: Loop | null = null;

  const state = (): GatewayState => {
    const kept = keeper.read();
    return {
      hostId: o.hostId,
      profile: kept?.profile ?? null,
      trust: kept === null ? { kind: 'system' } : trustToShow(kept.trust),
      hasToken: kept !== null && keeper.token() !== null,
      phase,
      reading: kept === null ? null : reading,
    };
  };
  const changed = (): void => {
    for (const listener of listeners) listener(state());
  };

  const hangUp = (): void => {
    clients?.api.close();
    clients?.observability?.close();
    clients = null;
    stopListening();
    stopListening = () => {};
    borrowed?.release();
    borrowed = null;
  };
  const reached = (): NonNullable<typeof clients> => {
    if (clients !== null) return clients;
    const kept = keeper.read();
    if (kept === null) throw notSetUp();
    const { via } = kept.profile;
    if (via.kind === 'ssh') {
      borrowed = o.borrow(via.hostId);
      if (borrowed === null) throw hostGone();
      let wasOnline = borrowed.connection.snapshot.state.kind === 'online';
      stopListening = borrowed.connection.onChange(({ state: { kind } }) => {
        const isOnline = kind === 'online';
        if (isOnline !== wasOnline) void loop?.now();
        wasOnline = isOnline;
      });
    }
    clients = reachGateway(kept, borrowed?.connection ?? null);
    return clients;
  };

  const turn = async (signal: AbortSignal): Promise<number | null> => {
    if (keeper.read() === null) return null;
    try {
      const next = await readGateway({ client: reached().api, token: keeper.token(), signal, now });
      if (signal.aborted) return null;
      reading = next;
      failures = 0;
      phase = { kind: 'live' };
      admissionLog.add(next.takenAt, next.admission ?? []);
      o.lastKnown.remember(o.hostId, REMEMBERED, next);
      changed();
      return o.isWindowShown() ? SHOWN_EVERY_MS : HIDDEN_EVERY_MS;
    } catch (thrown) {
      return signal.aborted ? null : failed(toPanelError(thrown));
    }
  };
  const failed = (error: PanelError): number | null => {
    failures += 1;
    // What was refused is not sent again by itself: least of all a token.
    const waitMs = error.retryable ? (BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? HIDDEN_EVERY_MS) : null;
    const since = phase.kind === 'failing' && phase.error.code === error.code ? phase.since : now();
    if (phase.kind !== 'failing' || phase.error.code !== error.code) o.log.warn('gateway.failing', { code: error.code });
    phase = { kind: 'failing', error, since, retryAt: waitMs === null ? null : now() + waitMs };
    changed();
    return waitMs;
  };

  /** What is known of another address, or with another token, is not known of this one. */
  const beginAnew = (keepReading: boolean): void => {
    loop?.stop();
    hangUp();
    failures = 0;
    if (!keepReading) reading = null;
    phase = keeper.read() === null ? { kind: 'not-set-up' } : { kind: 'waiting' };
    changed();
    loop = startLoop(turn);
  };
  const trust = (next: Parameters<GatewayKeeper['write']>[0]): void => {
    keeper.write(next);
    beginAnew(true);
  };
  const kept = () => {
    const known = keeper.read();
    if (known === null) throw notSetUp();
    return known;
  };
  const ask = async (wanted: Ask): Promise<Reply> => askWithToken(reached().api, keeper.token(), wanted);

  loop = startLoop(turn);
  return {
    state,
    configure: (profile) => {
      const before = keeper.read();
      // A certificate was accepted and a token given for an address, not for whatever stands in its place.
      const isSamePlace = before !== null && before.profile.address === profile?.address;
      if (!isSamePlace) keeper.setToken(null);
      keeper.write(profile === null ? null : { profile, trust: isSamePlace ? before.trust : { kind: 'system' } });
      beginAnew(isSamePlace);
    },
    setToken: (token) => {
      kept();
      keeper.setToken(token);
      beginAnew(true);
    },
    acceptCertificate: (sha256) => trust({ ...kept(), trust: { kind: 'pinned', sha256 } }),
    trustAuthority: (text) => trust({ ...kept(), trust: { kind: 'authority', pem: readAuthority(text).pem } }),
    forgetTrust: () => trust({ ...kept(), trust: { kind: 'system' } }),
    refresh: async () => loop?.now(),
    networkChanged: () => {
      if (phase.kind !== 'failing' || phase.retryAt !== null) void loop?.now();
    },
    ask,
    models: async () => {
      const reply = await ask({ path: '/v1/models', timeoutMs: MODELS_LIMIT_MS, maxBytes: 4 * 1_048_576 });
      return parseGatewayModels(successOf(reply, now()).body);
    },
    observability: async () => observe(reached().observability, now),
    history: admissionLog,
    overload: createOverloadTest({ ask, now }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      loop?.stop();
      hangUp();
    },
  };
}

function notSetUp(): PanelException {
  return new PanelException({
    code: 'gateway-not-set-up',
    layer: 'panel',
    message: 'No gateway is set up for this host.',
    hint: 'Set it up on the Gateway page.',
    retryable: false,
  });
}

function hostGone(): PanelException {
  return new PanelException({
    code: 'gateway-host-gone',
    layer: 'panel',
    message: 'The host this gateway is reached through is no longer in the list.',
    hint: 'Pick another way to the gateway, or add the host again.',
    retryable: false,
  });
}
