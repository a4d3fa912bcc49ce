import type { HostRelease } from './image.ts';
import { type Mirror, startMirror } from './mirror/mirror.ts';
import { bootHost, type RealHost } from './real-host.ts';

export interface BareHost {
  readonly host: RealHost;
  readonly mirror: Mirror;
  close(): Promise<void>;
}

/** Boots a Debian with nothing on it but SSH, sudo and a GPU, whose apt installs from a mirror on this computer. */
export async function openBareHost(release: HostRelease = 'bookworm'): Promise<BareHost> {
  const host = await bootHost(release, 'bare');
  try {
    const mirror = await startMirror(host.gatewayAddress, release);
    host.run('sh', '-c', 'rm -f /etc/apt/sources.list.d/*; printf "%s\\n" "$1" >/etc/apt/sources.list', 'sh', mirror.aptSource);
    const close = async (): Promise<void> => {
      await mirror.close();
      await host.close();
    };
    return { host, mirror, close };
  } catch (cause) {
    await host.close();
    throw cause;
  }
}

/** What changes by itself, or holds the caches and logs of everything. */
const LEFT_OUT = [
  ...['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/var/log', '/var/cache', '/var/lib/systemd'],
  // Also which packages were installed for another's sake, as apt notes.
  ...['/var/lib/apt/lists', '/var/lib/apt/extended_states'],
];

/** Every path of the host but those under {@link LEFT_OUT}, sorted; folders end in a slash. For a comparison of before and after. */
export function fileList(host: RealHost): readonly string[] {
  const prune = LEFT_OUT.flatMap((path, index) => [...(index === 0 ? [] : ['-o']), '-path', path]);
  const find = [
    'find',
    '/',
    '-xdev',
    '-mindepth',
    '1',
    '(',
    ...prune,
    ')',
    '-prune',
    '-o',
    '-type',
    'd',
    '-printf',
    '%p/\\n',
    '-o',
    '-printf',
    '%p\\n',
  ];
  return host
    .run(...find)
    .trim()
    .split('\n')
    .sort();
}

const LOCK_PROGRAM = '/run/ada-tests/unattended-upgr';
const LOCK_UNIT = 'ada-tests-apt-lock';
/** The name that apt shows is cut to 15 letters by the kernel, as that of the real program is. */
const HOLD_LOCK = `#!/usr/bin/python3
import fcntl, os, signal, socket
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
signal.pause()
`;

/** Holds apt's lock as unattended-upgrades does; returns when it is held. The result releases it. */
export function holdAptLock(host: RealHost): () => void {
  host.run('sh', '-c', `mkdir -p /run/ada-tests; printf '%s' "$1" >${LOCK_PROGRAM}; chmod 755 ${LOCK_PROGRAM}`, 'sh', HOLD_LOCK);
  host.run('systemd-run', '--quiet', '--collect', `--unit=${LOCK_UNIT}`, '--service-type=notify', LOCK_PROGRAM);
  return () => void host.run('systemctl', 'stop', LOCK_UNIT);
}

/** A file system of its own under a folder of the host, that a test can fill. */
export interface SmallHostDisk {
  /** Leaves so many bytes free, in whole pages. */
  fill(freeBytes: number): void;
  free(): void;
  remove(): void;
}

/** Mounts a tmpfs of `bytes` over the folder, which is made where it is missing. */
export function mountSmallDisk(host: RealHost, folder: string, bytes: number): SmallHostDisk {
  host.run('sh', '-c', 'mkdir -p "$1" && mount -t tmpfs -o size="$2",mode=0755 tmpfs "$1"', 'sh', folder, String(bytes));
  const filler = `${folder}/.filler`;
  return {
    fill: (freeBytes) => {
      const [blocks = 0, blockBytes = 0] = host.run('stat', '--file-system', '--format=%f %S', folder).split(' ').map(Number);
      host.run('fallocate', '--length', String(blocks * blockBytes - freeBytes), filler);
    },
    free: () => void host.run('rm', '-f', filler),
    remove: () => void host.run('umount', '--lazy', folder),
  };
}
