import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { cgroupPlaces, startGuard } from './guard.ts';
import { HOST_PASSWORD, HOST_USER, SHELL_USERS } from './host-files.ts';
import { type HostKind, type HostRelease, hostImage, must, mustLater } from './image.ts';
import { claimSubnet } from './subnet.ts';

/** /tmp may be a part of the memory, too small for what is installed on a host. */
const LARGE_FILES = '/var/tmp';
const BOOT_TIMEOUT_MS = 240_000;
const CHECK_INTERVAL_MS = 200;

export type NvidiaSmiMode = 'works' | 'missing' | 'hanging' | 'garbage' | 'inforom' | 'lost' | 'mismatch';

/** A booted Debian with systemd as PID 1, reachable over a virtual cable that can be pulled. */
export interface RealHost {
  readonly machineName: string;
  /** Everything of it on this computer; removed when it ends. */
  readonly folder: string;
  readonly hostName: string;
  /** This computer's end of the cable; it stays the same when the host starts again. */
  readonly gatewayAddress: string;
  readonly port: 22;
  readonly user: string;
  readonly privateKey: string;
  readonly keyFile: string;
  readonly password: string;
  /** Base64 of the raw ed25519 host key, as it stands now. */
  hostKey(): string;
  /** Runs as root inside, without SSH; throws when it fails. Blocks this process, so a server in it cannot answer meanwhile. */
  run(...argv: readonly string[]): string;
  /** As `run`, without blocking. */
  exec(...argv: readonly string[]): Promise<string>;
  linkDown(): void;
  linkUp(): void;
  /** Whether this kernel can delay and lose packets at all. */
  canDisturbLink(): boolean;
  /** `null` takes the disturbance away. */
  netem(disturbance: string | null): void;
  killSshdChildren(): void;
  reboot(): Promise<void>;
  /** Ends every process at once, as a power cut does, and starts again; what was not synced is still there. */
  cutPower(): Promise<void>;
  changeHostKey(): void;
  setMaxSessions(sessions: number): void;
  nvidiaSmi(mode: NvidiaSmiMode): void;
  close(): Promise<void>;
}

/** Fails, naming what was awaited, when it does not come in time. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
  }
}

/** Whether an SSH server greets there. */
export function greets(hostName: string, port = 22): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostName, port, timeout: 1000 });
    const answer = (verdict: boolean): void => {
      socket.destroy();
      resolve(verdict);
    };
    socket.once('data', (data) => answer(data.toString().startsWith('SSH-')));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

/** PID 1 of the machine as seen from outside. */
export function leaderOf(machine: ChildProcess): number | null {
  const children = spawnSync('pgrep', ['-P', String(machine.pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean);
  return children.length > 0 ? Number(children[0]) : null;
}

const USERS_OF_KIND: Readonly<Record<HostKind, readonly string[]>> = {
  services: [HOST_USER, 'watcher', ...Object.keys(SHELL_USERS)],
  bare: [HOST_USER],
};
/** When these are active, the host is ready. */
const UNITS_OF_KIND: Readonly<Record<HostKind, readonly string[]>> = {
  services: ['invokeai.service', 'nginx.service'],
  bare: ['multi-user.target'],
};

/**
 * Runs a program in cgroups named $1: units of the same name on two hosts would share one, and the end of one would wait for the other. Where
 * cgroups cannot be made, the hosts still boot.
 */
const OWN_CGROUPS = `name=$1; shift
for place in ${cgroupPlaces()}; do
  mkdir -p "$place/$name" && echo $$ >"$place/$name/cgroup.procs"
done 2>/dev/null
exec "$@"`;

/** Boots a fresh copy of the image; it ends with this process at the latest. Linux and root only; takes about 15 s once the image is cached. */
export async function bootHost(release: HostRelease = 'bookworm', kind: HostKind = 'services'): Promise<RealHost> {
  const folder = mkdtempSync(join(LARGE_FILES, 'ada-host-'));
  const root = join(folder, 'root');
  const { number, machineName, link, claimFile } = claimSubnet();
  const guard = startGuard({ machineName, link, paths: [folder, claimFile] });
  must('cp', ['-a', '--reflink=auto', hostImage(release, kind), root]);
  const [hostName, gatewayAddress] = [`10.77.${number}.2`, `10.77.${number}.1`];
  const keyFile = join(folder, 'key');
  must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
  for (const user of USERS_OF_KIND[kind]) {
    const forced = user === 'forced' ? 'command="echo no shell for you" ' : '';
    writeFileSync(join(root, 'home', user, '.ssh', 'authorized_keys'), `${forced}${readFileSync(`${keyFile}.pub`, 'utf8')}`, {
      mode: 0o644,
    });
  }
  const network = join(root, 'etc', 'systemd', 'network', '10-host0.network');
  writeFileSync(network, readFileSync(network, 'utf8').replace('@ADDRESS@', hostName));

  const start = (): ChildProcess => {
    const nspawn = ['systemd-nspawn', '-q', '-D', root, '-b', `--machine=${machineName}`, '--register=no', '--keep-unit'];
    const started = spawn('sh', ['-c', OWN_CGROUPS, 'ada-host', machineName, ...nspawn, '--network-veth', '--console=pipe'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    guard.watch(started.pid);
    return started;
  };
  let machine = start();

  const raise = async (): Promise<void> => {
    await until(() => spawnSync('ip', ['link', 'show', link]).status === 0, 'the virtual cable', BOOT_TIMEOUT_MS);
    spawnSync('ip', ['addr', 'add', `${gatewayAddress}/24`, 'dev', link]);
    must('ip', ['link', 'set', link, 'up']);
    await until(() => greets(hostName), 'the SSH server of the test host', BOOT_TIMEOUT_MS);
  };
  const restart = async (...argv: readonly string[]): Promise<void> => {
    // systemd-nspawn ends when the system inside restarts, and leaves starting it again to whoever started it.
    const ended = new Promise<void>((resolve) => machine.once('exit', () => resolve()));
    try {
      run(...argv);
    } catch {
      // The machine may be gone before the command answers.
    }
    await ended;
    machine = start();
    await raise();
  };
  const inside = (argv: readonly string[]): readonly string[] => {
    const leader = leaderOf(machine);
    if (leader === null) throw new Error('the test host is not running');
    return ['-t', String(leader), '-a', '--', ...argv];
  };
  const run = (...argv: readonly string[]): string => must('nsenter', inside(argv));
  try {
    await raise();
    await until(
      () => {
        try {
          for (const unit of UNITS_OF_KIND[kind]) run('systemctl', 'is-active', unit);
          return true;
        } catch {
          return false;
        }
      },
      'the services of the test host',
      BOOT_TIMEOUT_MS,
    );
  } catch (cause) {
    await guard.end();
    throw cause;
  }

  return {
    machineName,
    folder,
    hostName,
    gatewayAddress,
    port: 22,
    user: HOST_USER,
    privateKey: readFileSync(keyFile, 'utf8'),
    keyFile,
    password: HOST_PASSWORD,
    hostKey: () => readFileSync(join(root, 'etc', 'ssh', 'ssh_host_ed25519_key.pub'), 'utf8').split(' ')[1] ?? '',
    run,
    exec: (...argv) => mustLater('nsenter', inside(argv)),
    linkDown: () => void must('ip', ['link', 'set', link, 'down']),
    linkUp: () => void must('ip', ['link', 'set', link, 'up']),
    canDisturbLink: () => {
      const tried = spawnSync('tc', ['qdisc', 'replace', 'dev', link, 'root', 'netem', 'delay', '1ms']).status === 0;
      if (tried) spawnSync('tc', ['qdisc', 'del', 'dev', link, 'root']);
      return tried;
    },
    netem: (disturbance) => {
      if (disturbance === null) spawnSync('tc', ['qdisc', 'del', 'dev', link, 'root']);
      else must('tc', ['qdisc', 'replace', 'dev', link, 'root', 'netem', ...disturbance.split(' ')]);
    },
    killSshdChildren: () => void spawnSync('nsenter', ['-t', String(leaderOf(machine)), '-a', '--', 'pkill', '-KILL', '-f', 'sshd: .*']),
    reboot: () => restart('systemctl', 'reboot'),
    cutPower: () => restart('systemctl', 'reboot', '--force', '--force'),
    changeHostKey: () => {
      run('sh', '-c', 'rm -f /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh');
    },
    setMaxSessions: (sessions) => {
      run('sh', '-c', `sed -i 's/^MaxSessions .*/MaxSessions ${sessions}/' /etc/ssh/sshd_config.d/tests.conf; systemctl reload ssh`);
    },
    nvidiaSmi: (mode) => {
      const restore =
        'mkdir -p /run/ada-faults; rm -f /run/ada-faults/*; if [ -e /usr/local/bin/nvidia-smi.away ]; then mv /usr/local/bin/nvidia-smi.away /usr/local/bin/nvidia-smi; fi';
      const away =
        mode === 'missing'
          ? 'mv /usr/local/bin/nvidia-smi /usr/local/bin/nvidia-smi.away'
          : mode === 'works'
            ? 'true'
            : `touch /run/ada-faults/${mode}`;
      // A lost GPU and garbage happen in the stream that runs; the others are met by the next start of nvidia-smi.
      const streams = mode === 'lost' || mode === 'garbage' ? 'true' : "{ pkill -KILL -f 'python3 /usr/local/bin/nvidia-sm[i]' || true; }";
      run('sh', '-c', `${restore}; ${away}; ${streams}`);
    },
    close: guard.end,
  };
}
