import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = join(dirname(fileURLToPath(import.meta.url)), 'files');
export const HOST_USER = 'panel';
export const HOST_PASSWORD = 'correct horse';

/** Users who differ in what happens between signing in and a command; all of them may use sudo with the password. */
export const SHELL_USERS = {
  /** bash that greets, on both outputs, also where nobody is there to read it. */
  chatty: '/bin/bash',
  tcshuser: '/usr/bin/tcsh',
  fishuser: '/usr/bin/fish',
  noshell: '/usr/sbin/nologin',
  falseshell: '/bin/false',
  /** The key may run one command only. */
  forced: '/bin/bash',
  /** Its password has expired; it signs in by key. */
  expired: '/bin/bash',
} as const;

const unit = (description: string, service: string, more = ''): string =>
  `[Unit]\nDescription=${description}\n${more}\n[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`;

interface HostFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** What is put into a Debian of every kind: the GPU, and what the tests need of network, SSH and journal. */
export const BARE_FILES: readonly HostFile[] = [
  { path: '/usr/local/bin/nvidia-smi', content: readFileSync(join(FILES, 'nvidia-smi.py'), 'utf8'), mode: 0o755 },
  { path: '/etc/systemd/network/10-host0.network', content: '[Match]\nName=host0\n[Network]\nAddress=@ADDRESS@/24\n', mode: 0o644 },
  { path: '/etc/tmpfiles.d/ada.conf', content: 'f /run/ada-emitted 0666 root root -\nd /run/ada-faults 0755 root root -\n', mode: 0o644 },
  { path: '/etc/hostname', content: 'ada2\n', mode: 0o644 },
  { path: '/etc/hosts', content: '127.0.0.1 localhost\n127.0.1.1 ada2\n', mode: 0o644 },
  { path: '/etc/ssh/sshd_config.d/tests.conf', content: 'MaxSessions 10\nMaxAuthTries 6\nUseDNS no\nMaxStartups 100\n', mode: 0o644 },
  { path: '/etc/systemd/journald.conf.d/tests.conf', content: '[Journal]\nStorage=persistent\nRateLimitIntervalSec=0\n', mode: 0o644 },
];

/** What a host with services has besides: units of every kind that the panel has to tell apart. */
export const SERVICES_FILES: readonly HostFile[] = [
  { path: '/usr/local/bin/invokeai-web', content: readFileSync(join(FILES, 'invokeai-web.py'), 'utf8'), mode: 0o755 },
  {
    path: '/etc/systemd/system/invokeai.service',
    content: unit('InvokeAI Image Generation Service', 'Type=simple\nExecStart=/usr/local/bin/invokeai-web\nRestart=always\nRestartSec=10'),
    mode: 0o644,
  },
  {
    path: '/etc/systemd/system/invokeai-openai-images-shim.service',
    content: unit(
      'OpenAI Images front of InvokeAI',
      'Type=simple\nExecStart=/usr/bin/sleep infinity',
      'Requires=invokeai.service\nAfter=invokeai.service\n',
    ),
    mode: 0o644,
  },
  {
    path: '/etc/systemd/system/fails-exit.service',
    content: unit('Fails at start', 'Type=oneshot\nExecStart=/bin/sh -c "echo the model folder is missing; exit 3"'),
    mode: 0o644,
  },
  {
    path: '/etc/systemd/system/fails-binary.service',
    content: unit('Its program is missing', 'Type=simple\nExecStart=/opt/nowhere/program'),
    mode: 0o644,
  },
  {
    path: '/etc/systemd/system/never-ready.service',
    content: unit('Its start never ends', 'Type=notify\nTimeoutStartSec=infinity\nExecStart=/usr/bin/sleep infinity'),
    mode: 0o644,
  },
];

/** Run once in every unpacked system, as root in a chroot. */
export const BARE_SCRIPT = `set -e
useradd -m -s /bin/bash -G sudo ${HOST_USER}
echo '${HOST_USER}:${HOST_PASSWORD}' | chpasswd
install -d -m 700 -o ${HOST_USER} -g ${HOST_USER} /home/${HOST_USER}/.ssh
mkdir -p /var/log/journal
# No name server is reachable over the virtual cable; debootstrap left those of the computer that built the image.
: >/etc/resolv.conf
systemctl enable systemd-networkd ssh >/dev/null 2>&1
systemctl disable systemd-networkd-wait-online >/dev/null 2>&1 || true
rm -f /etc/machine-id; touch /etc/machine-id
`;

/** Then in the one with services. */
export const SERVICES_SCRIPT = `set -e
usermod -aG systemd-journal ${HOST_USER}
useradd -m -s /bin/bash -G systemd-journal watcher
echo 'watcher:${HOST_PASSWORD}' | chpasswd
install -d -m 700 -o watcher -g watcher /home/watcher/.ssh
${Object.entries(SHELL_USERS)
  .map(
    ([name, shell]) => `useradd -m -s ${shell} -G sudo,systemd-journal ${name}
echo '${name}:${HOST_PASSWORD}' | chpasswd
install -d -m 700 -o ${name} -g ${name} /home/${name}/.ssh`,
  )
  .join('\n')}
sed -i '1i echo "Welcome to ada2"\necho "Mind the step" >&2' /home/chatty/.bashrc
chage -d 0 expired
# The virtual cable carries IPv4 only.
sed -i '/\\[::\\]/d' /etc/nginx/sites-enabled/default
systemctl enable nginx invokeai invokeai-openai-images-shim >/dev/null 2>&1
ln -sf /dev/null /etc/systemd/system/masked.service
`;

export const SCRIPT_OF_RELEASE: Readonly<Record<'bookworm' | 'trixie', string>> = {
  bookworm: '',
  // As in Ubuntu since 25.10; the C one stays as sudo.ws.
  trixie: `mv /usr/bin/sudo /usr/bin/sudo.ws
ln -s sudo-rs /usr/bin/sudo
mv /usr/sbin/visudo /usr/sbin/visudo.ws
ln -s /usr/bin/visudo-rs /usr/sbin/visudo
`,
};
