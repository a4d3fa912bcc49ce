import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ParsedKey } from 'ssh2';
import type { ConnectionState } from '../../../shared/capabilities/hosts/contract.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { MAX_SENTENCE_CHARS, plainLines } from '../../../shared/plain-text.ts';
import { planAuth } from './auth.ts';
import { authCancelledError, connectionLostError, signInEndedError } from './errors.ts';
import { openHostKeyCheck } from './host-key.ts';
import { type Hop, planRoute } from './jump.ts';
import { sshError } from './library-errors.ts';
import type { ConnectionOptions, PromptUser } from './options.ts';
import { sha256Fingerprint } from './public-key.ts';
import { passwordExpiredError, promptTimeoutError } from './question-errors.ts';
import { loadSsh2 } from './ssh2.ts';

const HANDSHAKE_TIMEOUT_MS = 20_000;
const KEEPALIVE_COUNT = 3;

/** What outlives one attempt and dies with the connection object: nothing of it is written anywhere. */
export interface DialMemory {
  readonly unlockedKeys: Map<string, ParsedKey>;
  readonly acceptedHostKeys: Set<string>;
  readonly passwords: Map<string, string>;
}

export type DialPhase = Extract<ConnectionState, { kind: 'checking-host-key' | 'authenticating' }>;

/** A signed-in client, and the SHA-256 of the host key that was verified for it. */
export interface Dialled {
  readonly client: Client;
  readonly hostKeySha256: string;
}

/**
 * Connects and signs in, through every jump host. The client that comes back ends its hops with itself.
 * Throws PanelException; one that is not retryable must not be tried again without the operator.
 */
export async function dial(
  o: ConnectionOptions,
  memory: DialMemory,
  signal: AbortSignal,
  onPhase: (phase: DialPhase) => void,
): Promise<Dialled> {
  const route = await planRoute(o, memory.unlockedKeys);
  const opened: Client[] = [];
  let last: Dialled | null = null;
  let socket: Duplex | null = null;
  try {
    for (const [index, hop] of route.entries()) {
      const dialled: Dialled = await dialHop(o, memory, hop, index < route.length - 1, socket, signal, onPhase);
      const { client } = dialled;
      const [...before] = opened;
      client.once('close', () => {
        for (const earlier of before.reverse()) earlier.end();
      });
      opened.push(client);
      last = dialled;
      const next = route[index + 1];
      if (next !== undefined) socket = await forwardTo(client, next);
    }
  } catch (thrown) {
    for (const client of opened.reverse()) client.end();
    throw thrown;
  }
  if (last === null) throw connectionLostError('no route');
  return last;
}

async function forwardTo(client: Client, hop: Hop): Promise<Duplex> {
  return await new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, hop.hostName, hop.port, (error, stream) => {
      if (error === undefined) return resolve(stream);
      reject(
        panelError({
          code: 'ssh-jump-failed',
          layer: 'network',
          message: `The jump host could not reach ${hop.hostName}:${hop.port}.`,
          hint: 'Check that the host is up and that the jump host allows forwarding (AllowTcpForwarding).',
          detail: error.message,
          retryable: true,
        }),
      );
    });
  });
}

async function dialHop(
  o: ConnectionOptions,
  memory: DialMemory,
  hop: Hop,
  isJumpHost: boolean,
  socket: Duplex | null,
  signal: AbortSignal,
  onPhase: (phase: DialPhase) => void,
): Promise<Dialled> {
  const { Client } = await loadSsh2();
  const where = `${hop.hostName}:${hop.port}`;
  const address = `${hop.user}@${where}`;
  const attempt = new AbortController();
  const client = new Client();
  let settled = false;
  let asking = false;
  let verifiedKey: Buffer | null = null;
  let timer: NodeJS.Timeout | undefined;

  return await new Promise<Dialled>((resolve, reject) => {
    const fail = (error: PanelException): void => {
      if (settled) return;
      settled = true;
      done();
      client.end();
      socket?.destroy();
      reject(error);
    };
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      attempt.abort();
    };
    const onAbort = (): void => fail(authCancelledError(where));
    const restartTimer = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => fail(sshError(Object.assign(new Error('handshake'), { code: 'ETIMEDOUT' }), where)), HANDSHAKE_TIMEOUT_MS);
    };
    // While the operator thinks no clock runs on our side; the host's own (LoginGraceTime) may.
    const promptUser: PromptUser = async (question, promptSignal) => {
      asking = true;
      clearTimeout(timer);
      try {
        return await o.promptUser(question, promptSignal);
      } finally {
        asking = false;
        if (!settled) restartTimer();
      }
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    restartTimer();

    const prepared = Promise.all([
      openHostKeyCheck({
        hostName: hop.hostName,
        port: hop.port,
        names: hop.knownAs,
        policy: hop.hostKeys,
        promptUser,
        signal: attempt.signal,
        accepted: memory.acceptedHostKeys,
        onUnwritable: (file, cause) => o.log.warn('ssh.known-hosts-unwritable', { file, cause: String(cause) }),
      }),
      planAuth({
        user: hop.user,
        where,
        asking: { address, isJumpHost },
        agentPath: hop.agentPath,
        identitiesOnly: hop.identitiesOnly,
        namedKeys: hop.namedKeys,
        defaultKeys: hop.defaultKeys,
        password: {
          get: () => memory.passwords.get(address) ?? null,
          set: (password) => {
            if (password === null) memory.passwords.delete(address);
            else memory.passwords.set(address, password);
          },
        },
        promptUser,
        signal: attempt.signal,
        onMethod: (method) => {
          if (!settled) onPhase({ kind: 'authenticating', method });
        },
        fail,
      }),
    ]);
    prepared.then(
      ([hostKey, auth]) => {
        if (settled) return;
        client.on('error', (error: Error & { level?: string }) => {
          // An agent that fails to sign is one key less, not the end.
          if (error.level === 'agent') return;
          fail(auth.secretWasSent() ? auth.refused(error.message) : sshError(error, where));
        });
        let banner = '';
        client.on('banner', (text: string) => {
          banner = plainLines(`${banner}\n${text}`, MAX_SENTENCE_CHARS).trim();
        });
        client.on('change password', (prompt: string) => fail(passwordExpiredError(where, plainLines(prompt, MAX_SENTENCE_CHARS))));
        client.once('close', () => {
          if (auth.secretWasSent()) fail(signInEndedError(where, banner, true));
          else if (asking) fail(promptTimeoutError(where));
          else fail(signInEndedError(where, banner, false));
        });
        client.once('ready', () => {
          if (settled) return;
          settled = true;
          auth.accepted();
          done();
          resolve({ client, hostKeySha256: verifiedKey === null ? '' : sha256Fingerprint(verifiedKey) });
        });
        // Only a socket of our own says which of the host's addresses answered.
        const direct = socket === null && hop.hostKeys.checkAddress ? connect({ host: hop.hostName, port: hop.port }) : null;
        const sock = direct ?? socket;
        client.connect({
          host: hop.hostName,
          port: hop.port,
          username: hop.user,
          ...(sock === null ? {} : { sock }),
          algorithms: { serverHostKey: hostKey.algorithms },
          hostVerifier: (key: Buffer, verify: (good: boolean) => void) => {
            // Also called when keys are renewed on a running connection: then only the same key is good.
            if (verifiedKey !== null) return verify(verifiedKey.equals(key));
            onPhase({ kind: 'checking-host-key' });
            hostKey.verify(key, remoteAddressOf(direct)).then(
              () => {
                verifiedKey = key;
                verify(!settled);
              },
              (error: PanelException) => {
                fail(error);
                verify(false);
              },
            );
          },
          authHandler: auth.handler,
          readyTimeout: 0,
          keepaliveInterval: Math.round(o.keepaliveSeconds() * 1000),
          keepaliveCountMax: KEEPALIVE_COUNT,
          strictVendor: false,
        });
      },
      (thrown: unknown) => fail(sshError(thrown, where)),
    );
  });
}

/** The address that answered; null where it is this computer's own, which names no host (sockaddr_is_local in sshconnect.c). */
function remoteAddressOf(socket: Socket | null): string | null {
  const address = socket?.remoteAddress ?? null;
  return address === null || address === '::1' || address.startsWith('127.') ? null : address;
}
