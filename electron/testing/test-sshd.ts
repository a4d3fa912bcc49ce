import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import type { ConnectionState, PromptAnswer } from '../../shared/capabilities/hosts/contract.ts';
import { decodeCommand } from '../../shared/host-scripts/launcher.ts';
import { silentLogger } from '../foundation/log/log.ts';
import { type ConnectionOptions, createConnection, type PromptQuestion } from '../foundation/ssh/connection.ts';
import type { Connection } from '../foundation/ssh/transport.ts';

// Real processes on a busy machine: slow is no failure.

const SSHD = '/usr/sbin/sshd';
export const hasSshd = existsSync(SSHD) && userInfo().uid === 0;
if (!hasSshd) {
  const message = 'SKIPPED: tests against a real sshd need /usr/sbin/sshd and root';
  if (process.env['CI'] !== undefined) throw new Error(message);
  console.warn(message);
}

export interface TestSshd {
  readonly port: number;
  readonly folder: string;
  readonly hostKeyFile: string;
  log(): string;
  /** Kills the processes that serve connections; the listener stays. */
  killSessions(): void;
  /** Freezes them: the network is up, and nobody answers. */
  freezeSessions(): void;
  /** Another host key from the next {@link restart} on. */
  renewHostKey(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      server.close(() => resolve(address.port));
    });
  });
}

export function makeKey(file: string, type = 'ed25519', passphrase = '', extra: readonly string[] = []): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file, ...extra]);
  return file;
}

export async function startSshd(config: readonly string[] = []): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ada-sshd-'));
  if (!existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  const port = await freePort();
  const hostKeyFile = makeKey(join(folder, 'host_key'));
  makeKey(join(folder, 'id'));
  makeKey(join(folder, 'locked'), 'ed25519', 'open sesame', ['-a', '1']);
  makeKey(join(folder, 'ecdsa'), 'ecdsa');
  makeKey(join(folder, 'rsa'), 'rsa', '', ['-b', '2048']);
  const keys = ['id', 'locked', 'ecdsa', 'rsa'].map((name) => readFileSync(join(folder, `${name}.pub`), 'utf8'));
  writeFileSync(join(folder, 'authorized_keys'), keys.join(''), { mode: 0o600 });
  const configFile = join(folder, 'sshd_config');
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    `PidFile ${join(folder, 'pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'LogLevel VERBOSE',
    ...config,
    ...(config.some((line) => line.startsWith('Subsystem')) ? [] : ['Subsystem sftp internal-sftp']),
  ];
  writeFileSync(configFile, `${lines.filter((line) => line !== 'Subsystem none').join('\n')}\n`);
  const logFile = join(folder, 'log');
  const run = async () => {
    const child = spawn(SSHD, ['-D', '-f', configFile, '-E', logFile], { stdio: 'ignore' });
    const listening = (): boolean => existsSync(logFile) && readFileSync(logFile, 'utf8').split('Server listening').length > starts;
    starts += 1;
    while (!listening()) {
      if (child.exitCode !== null) throw new Error(`sshd ended: ${existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return child;
  };
  let starts = 0;
  let child = await run();
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // A TERM that comes while it reaps a session can wait for the next connection.
    child.kill('SIGKILL');
    await ended;
  };
  const signalSessions = (signal: string): void => {
    try {
      execFileSync('pkill', [signal, '-P', String(child.pid)]);
    } catch {
      // None was running.
    }
  };
  const killSessions = (): void => signalSessions('-KILL');
  return {
    port,
    folder,
    hostKeyFile,
    log: () => readFileSync(logFile, 'utf8'),
    killSessions,
    freezeSessions: () => signalSessions('-STOP'),
    renewHostKey: () => {
      for (const file of [hostKeyFile, `${hostKeyFile}.pub`]) rmSync(file);
      makeKey(hostKeyFile);
    },
    restart: async () => {
      killSessions();
      await end();
      child = await run();
    },
    stop: async () => {
      killSessions();
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For a scripted server: does what the login shell does before a command, and returns the command. */
export function launchOn(channel: ServerChannel, line: string): string {
  const [, marker = '', words = ''] = / ada \\\\ (\S+) (.*)$/.exec(line) ?? [];
  channel.write(`${marker}\n`);
  channel.stderr.write(`${marker}\n`);
  return decodeCommand(words.split(' ')) ?? '';
}

/** base64 of the raw host key. */
export function hostKeyOf(sshd: Pick<TestSshd, 'hostKeyFile'>): string {
  return readFileSync(`${sshd.hostKeyFile}.pub`, 'utf8').split(' ')[1] ?? '';
}

export interface TestPanel {
  readonly connection: Connection;
  readonly requested: PromptQuestion[];
  readonly states: ConnectionState[];
  reach(kind: ConnectionState['kind']): Promise<ConnectionState>;
}

/** A connection to a test server with a home folder of its own. */
export function panel(
  sshd: Pick<TestSshd, 'port' | 'folder' | 'hostKeyFile'>,
  o: {
    readonly key?: string | null;
    readonly options?: Partial<ConnectionOptions>;
    readonly profile?: Partial<ConnectionOptions['profile']>;
    readonly answer?: (question: PromptQuestion) => PromptAnswer;
    readonly trust?: boolean;
  } = {},
): TestPanel {
  const home = mkdtempSync(join(sshd.folder, 'home-'));
  const knownHostsFile = join(home, '.ssh', 'known_hosts');
  mkdirSync(join(home, '.ssh'));
  if (o.trust !== false) writeFileSync(knownHostsFile, `[127.0.0.1]:${sshd.port} ssh-ed25519 ${hostKeyOf(sshd)}\n`);
  const requested: PromptQuestion[] = [];
  const states: ConnectionState[] = [];
  const key = o.key === undefined ? 'id' : o.key;
  const connection = createConnection({
    profile: {
      id: 'test',
      kind: 'ssh',
      label: 'Test',
      hostName: '127.0.0.1',
      port: sshd.port,
      user: userInfo().username,
      identityFiles: key === null ? [] : [join(sshd.folder, key)],
      useAgent: false,
      ...o.profile,
    },
    promptUser: async (question) => {
      requested.push(question);
      return o.answer?.(question) ?? { kind: 'cancel' };
    },
    homeFolder: home,
    environment: { PATH: process.env['PATH'] },
    knownHostsFile,
    keepaliveSeconds: () => 10,
    sudoKeepMinutes: () => 5,
    log: silentLogger,
    ...o.options,
  });
  connection.onChange(({ state }) => states.push(state));
  return {
    connection,
    requested,
    states,
    reach: async (kind) => {
      const { state } = connection.snapshot;
      if (state.kind === kind) return state;
      return await new Promise((resolve, reject) => {
        const stop = connection.onChange((snapshot) => {
          if (snapshot.state.kind === kind) {
            stop();
            resolve(snapshot.state);
          } else if (snapshot.state.kind === 'blocked') {
            stop();
            reject(new Error(`blocked: ${snapshot.state.cause.code} ${snapshot.state.cause.detail ?? ''}`));
          }
        });
      });
    },
  };
}
