import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuard } from '../host/guard.ts';
import { HOST_PASSWORD, HOST_USER } from '../host/host-files.ts';
import { type HostRelease, hostImage, must } from '../host/image.ts';
import { greets, leaderOf, until } from '../host/real-host.ts';
import { copyOwnConfiguration } from './own-configuration.ts';

const BOOT_TIMEOUT_MS = 120_000;
/** It shares this computer's ports, and each of these is one that a setup takes: nginx, InvokeAI, the images shim, Debian's nginx. */
const PORTS = [7860, 9090, 9091, 80];
const CLEAN_ENVIRONMENT = ['env', '-i', 'HOME=/root', 'LANG=C.UTF-8', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** A booted bare Debian in this computer's own network, so that it reaches what this computer reaches. It has no GPU. */
export interface NetworkedHost {
  readonly hostName: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  readonly password: string;
  /** Base64 of the raw ed25519 host key. */
  readonly hostKey: string;
  /** Its file system, as this computer sees it. */
  readonly root: string;
  /** Runs as root inside, without SSH; throws when it fails. */
  run(...argv: readonly string[]): string;
  close(): Promise<void>;
}

/** Boots it; it ends with this process at the latest. Linux and root only. Throws when a port is taken that a setup needs. */
export async function bootNetworkedHost(release: HostRelease = 'bookworm'): Promise<NetworkedHost> {
  for (const port of PORTS) if (await isTaken(port)) throw new Error(`Port ${port} of this computer is in use, and the host shares it.`);
  const folder = mkdtempSync(join(tmpdir(), 'ada-real-install-'));
  const root = join(folder, 'root');
  const machineName = `ada-real-install-${process.pid}`;
  const guard = startGuard({ machineName, link: null, paths: [folder] });
  try {
    must('cp', ['-a', '--reflink=auto', hostImage(release, 'bare'), root]);
    const keyFile = join(folder, 'key');
    must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
    authorize(root, readFileSync(`${keyFile}.pub`, 'utf8'));
    const port = await freePort();
    writeFileSync(join(root, 'etc', 'ssh', 'sshd_config.d', 'port.conf'), `Port ${port}\nListenAddress 127.0.0.1\n`);
    rmSync(join(root, 'usr', 'local', 'bin', 'nvidia-smi'), { force: true });
    must('chroot', [root, 'systemctl', '--quiet', 'disable', 'systemd-networkd']);
    copyOwnConfiguration(root, release);
    const machine = start(root, machineName);
    guard.watch(machine.pid);
    const run = (...argv: readonly string[]): string => {
      const leader = leaderOf(machine);
      if (leader === null) throw new Error('the host is not running');
      return must('nsenter', ['-t', String(leader), '-a', '--', ...CLEAN_ENVIRONMENT, ...argv]);
    };
    await until(() => greets('127.0.0.1', port), 'the SSH server of the host', BOOT_TIMEOUT_MS);
    return {
      hostName: '127.0.0.1',
      port,
      user: HOST_USER,
      keyFile,
      password: HOST_PASSWORD,
      hostKey: readFileSync(join(root, 'etc', 'ssh', 'ssh_host_ed25519_key.pub'), 'utf8').split(' ')[1] ?? '',
      root,
      run,
      close: guard.end,
    };
  } catch (cause) {
    await guard.end();
    throw cause;
  }
}

function start(root: string, machineName: string): ChildProcess {
  const argv = [
    '-q',
    '-D',
    root,
    '-b',
    `--machine=${machineName}`,
    '--register=no',
    '--keep-unit',
    '--resolv-conf=copy-host',
    '--console=pipe',
  ];
  return spawn('systemd-nspawn', argv, { detached: true, stdio: ['ignore', 'ignore', 'ignore'] });
}

function authorize(root: string, publicKey: string): void {
  const folder = join(root, 'home', HOST_USER, '.ssh');
  const file = join(folder, 'authorized_keys');
  writeFileSync(file, publicKey, { mode: 0o600 });
  const { uid, gid } = statSync(folder);
  chownSync(file, uid, gid);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}
