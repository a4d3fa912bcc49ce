import { spawn } from 'node:child_process';
import type { HostUnderTest } from '../e2e/integration/hosts.ts';
import { silentLogger } from '../electron/foundation/log/log.ts';
import { createConnection } from '../electron/foundation/ssh/connection.ts';

/** Why the real host cannot be booted here; null when it can. */
export const noRealHost = (): string | null =>
  process.platform === 'linux' && process.getuid?.() === 0 ? null : 'the real host needs root on Linux';

/** The panel's own connection to the host, without a window; connecting. */
export function openConnection(host: HostUnderTest): ReturnType<typeof createConnection> {
  const connection = createConnection({
    profile: host.profile,
    promptUser: async () => ({ kind: 'cancel' }),
    homeFolder: host.homeFolder,
    environment: { PATH: process.env['PATH'] },
    knownHostsFile: host.knownHostsFile,
    keepaliveSeconds: () => 10,
    sudoKeepMinutes: () => 0,
    log: silentLogger,
  });
  connection.connect();
  return connection;
}

/** The argv of OpenSSH's client into the host, as an operator would type it. */
export function sshCommand(host: Pick<HostUnderTest, 'profile' | 'knownHostsFile'>): readonly string[] {
  const { profile } = host;
  const key = profile.identityFiles[0] ?? '';
  return [
    ...['ssh', '-F', 'none', '-i', key, '-o', `UserKnownHostsFile=${host.knownHostsFile}`, '-o', 'BatchMode=yes'],
    ...['-p', String(profile.port), `${profile.user}@${profile.hostName}`],
  ];
}

/** Runs `remote` over OpenSSH until ended, every line of its output handed on as it arrives. */
export function sshLines(host: HostUnderTest, remote: string, onLine: (line: string) => void): { end(): void } {
  const [program = 'ssh', ...args] = sshCommand(host);
  const child = spawn(program, [...args, remote], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return { end: () => void child.kill() };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
