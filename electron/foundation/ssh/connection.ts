import { setMaxListeners } from 'node:events';
import type { ConnectionSnapshot, ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { PanelException } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { retryDelayMs } from '../timing/retry-policy.ts';
import { createChannelPool } from './channels.ts';
import { type Dialled, type DialMemory, dial } from './dial.ts';
import { connectionLostError, notConnectedError } from './errors.ts';
import { probeLoginShell, runCommand, type Session } from './exec.ts';
import { sshError } from './library-errors.ts';
import { type OwnedLineStream, openLines } from './lines.ts';
import type { ConnectionOptions } from './options.ts';
import { measureRoundTrip } from './round-trip.ts';
import { readRemoteFile, writeRemoteFile } from './sftp.ts';
import { createSudo } from './sudo.ts';
import type { Connection } from './transport.ts';
import { openTunnel, TunnelAgent } from './tunnel.ts';

export type { ConnectionOptions, PromptQuestion } from './options.ts';

const RECONNECT = { firstMs: 1_000, maxMs: 30_000, jitter: 0.3 };
const ROUND_TRIP_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
/** A connection that fell within this time was none: the waiting time keeps growing. */
const STEADY_AFTER_MS = 10_000;

/** One SSH connection to one host, with its state machine. Nothing is dialled before `connect()`. */
export function createConnection(o: ConnectionOptions): Connection {
  const now = o.now ?? Date.now;
  const random = o.random ?? Math.random;
  const where = `${o.profile.hostName}:${o.profile.port}`;
  const changes = createEmitter<ConnectionSnapshot>();
  const memory: DialMemory = { unlockedKeys: new Map(), acceptedHostKeys: new Set(), passwords: new Map() };
  const streams = new Set<OwnedLineStream>();
  let snapshot: ConnectionSnapshot = { hostId: o.profile.id, state: { kind: 'offline' }, changedAt: now() };
  let live: { readonly session: Session; readonly lose: (cause: PanelException, byUs?: boolean) => void } | null = null;
  let machine: string | null = null;
  let dialling = new AbortController();
  let retryTimer: NodeJS.Timeout | undefined;
  let roundTripTimer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let disposed = false;

  const setState = (state: ConnectionState): void => {
    const changed = state.kind !== snapshot.state.kind;
    snapshot = { hostId: o.profile.id, state, changedAt: now() };
    if (changed)
      o.log.info('ssh.state', { host: o.profile.id, state: state.kind, ...('cause' in state ? { code: state.cause.code } : {}) });
    changes.emit(snapshot);
  };

  const start = (): void => {
    clearTimeout(retryTimer);
    attempt += 1;
    const mine = new AbortController();
    dialling = mine;
    setState({ kind: 'connecting', attempt });
    dial(o, memory, mine.signal, (phase) => {
      if (!mine.signal.aborted) setState(phase);
    }).then(
      (dialled) => {
        if (mine.signal.aborted) dialled.client.end();
        else goOnline(dialled, mine.signal);
      },
      (thrown: unknown) => {
        if (!mine.signal.aborted) goAway(sshError(thrown, where));
      },
    );
  };

  /** Online is a host that runs a command: the login shell of a signed-in user may run none. */
  const goOnline = ({ client, hostKeySha256 }: Dialled, cancelled: AbortSignal): void => {
    machine = machineOf(o.profile, hostKeySha256);
    const gone = new AbortController();
    // Every running command listens for the end of its connection.
    setMaxListeners(0, gone.signal);
    const since = now();
    const beganMs = monotonicMs();
    const pool = createChannelPool({
      makeRoom: () => [...streams].findLast((owned) => owned.isOpen())?.evict(),
      onLimit: (limit) => o.log.warn('ssh.fewer-channels', { host: o.profile.id, limit }),
    });
    const session: Session = { client, pool, gone: gone.signal, now: monotonicMs };
    const lose = (cause: PanelException, byUs = false): void => {
      if (gone.signal.aborted) return;
      live = null;
      clearInterval(roundTripTimer);
      pool.close(cause);
      gone.abort(cause);
      if (byUs) client.end();
      else client.destroy();
      if (byUs) return;
      if (monotonicMs() - beganMs >= STEADY_AFTER_MS) attempt = 0;
      goAway(cause);
    };
    client.on('error', (error) => lose(sshError(error, where)));
    client.once('close', () => lose(connectionLostError()));
    const onCancelled = (): void => lose(notConnectedError(), true);
    cancelled.addEventListener('abort', onCancelled, { once: true });
    probeLoginShell(session).then(
      () => {
        if (gone.signal.aborted) return;
        cancelled.removeEventListener('abort', onCancelled);
        live = { session, lose };
        setState({ kind: 'online', since, roundTripMs: null });
        measure();
        roundTripTimer = setInterval(measure, ROUND_TRIP_INTERVAL_MS);
        roundTripTimer.unref();
      },
      (thrown: unknown) => lose(sshError(thrown, where)),
    );
    const measure = (): void => {
      measureRoundTrip(client, PROBE_TIMEOUT_MS).then((roundTripMs) => {
        if (roundTripMs !== null && live?.session === session) setState({ kind: 'online', since, roundTripMs });
      });
    };
  };

  /** Waits and tries again, or blocks when trying again unchanged would be wrong. */
  const goAway = (cause: PanelException): void => {
    if (disposed) return;
    if (!cause.panelError.retryable) {
      setState({ kind: 'blocked', cause: cause.panelError });
      return;
    }
    const waitMs = retryDelayMs(RECONNECT, attempt, random);
    setState({ kind: 'reconnecting', attempt: attempt + 1, nextTryAt: now() + waitMs, cause: cause.panelError });
    retryTimer = setTimeout(start, waitMs);
  };

  const halt = (): void => {
    clearTimeout(retryTimer);
    clearInterval(roundTripTimer);
    dialling.abort();
    sudo.forget();
    for (const owned of [...streams]) owned.stream.close();
    live?.lose(notConnectedError(), true);
    attempt = 0;
    setState({ kind: 'offline' });
  };

  const sudo = createSudo({
    user: () => o.profile.user,
    promptUser: o.promptUser,
    signal: () => live?.session.gone ?? AbortSignal.abort(),
    keepMinutes: o.sudoKeepMinutes,
    now,
  });
  const online = (): Session => {
    if (live === null) throw notConnectedError();
    return live.session;
  };
  const tunnel: Connection['tunnel'] = async (hostName, port) => await openTunnel(online(), hostName, port);

  return {
    get snapshot() {
      return snapshot;
    },
    machine: () => machine,
    onChange: changes.on,
    exec: async (argv, options = {}) => {
      const { sudo: asRoot, ...rest } = options;
      return asRoot === undefined ? await runCommand(online(), argv, rest) : await sudo.run(online(), argv, asRoot.purpose, rest);
    },
    lines: (argv, options = {}) => {
      const owned = openLines(live?.session ?? notConnectedError(), argv, options, () => streams.delete(owned));
      streams.add(owned);
      return owned.stream;
    },
    mayRunAsRoot: async (argv) => await sudo.mayRun(online(), argv),
    holdSudo: () => sudo.hold(),
    heldSecrets: () => {
      const password = sudo.held();
      return password === null ? [] : [password];
    },
    readFile: async (path, options) => await readRemoteFile(online(), path, options?.maxBytes),
    writeFile: async (path, data, options) => await writeRemoteFile(online(), path, data, { ...options, atMs: now() }),
    tunnel,
    httpAgent: () => new TunnelAgent(tunnel),
    connect: () => {
      if (!disposed && snapshot.state.kind === 'offline') start();
    },
    retryNow: ({ byOperator }) => {
      const { kind } = snapshot.state;
      if (!disposed && (kind === 'reconnecting' || (byOperator && (kind === 'blocked' || kind === 'offline')))) start();
    },
    probe: () => {
      if (live === null) {
        if (!disposed && snapshot.state.kind === 'reconnecting') start();
        return;
      }
      const { session, lose } = live;
      measureRoundTrip(session.client, PROBE_TIMEOUT_MS).then((roundTripMs) => {
        if (roundTripMs !== null || live?.session !== session) return;
        lose(connectionLostError('no answer to a probe'));
        if (snapshot.state.kind === 'reconnecting') start();
      });
    },
    disconnect: halt,
    dispose: () => {
      disposed = true;
      halt();
      changes.clear();
      memory.passwords.clear();
      memory.unlockedKeys.clear();
    },
  };
}

/** The destination as it was configured, and the key that answered there: what an SSH configuration adds may change with the network. */
function machineOf({ sshConfigAlias, hostName, port, proxyJump }: ConnectionOptions['profile'], hostKeySha256: string): string {
  return [sshConfigAlias, `${hostName}:${port}`, proxyJump, hostKeySha256].filter((part) => part !== undefined).join(' ');
}
