import type { LabFault } from '../../lab/base/faults.ts';
import type { RealHost } from '../host/real-host.ts';

export type SharedFault = Extract<
  LabFault,
  | 'link-down'
  | 'slow-link'
  | 'sshd-killed'
  | 'rebooted'
  | 'host-key-changed'
  | 'max-sessions-2'
  | 'nvidia-smi-missing'
  | 'nvidia-smi-hanging'
  | 'nvidia-smi-garbage'
  | 'nvidia-smi-inforom'
  | 'gpu-lost'
  | 'driver-mismatch'
  | 'journal-not-permitted'
  | 'journal-rotated'
  | 'journal-vacuumed'
  | 'clock-3-minutes-off'
  | 'sudo-refused'
  | 'unit-start-fails'
  | 'unit-start-never-ends'
  | 'unit-masked'
  | 'systemd-239'
  | 'login-shell-prints'
>;

/** What systemctl of systemd 239 does differently, by the real one. */
const OLD_SYSTEMCTL = `#!/bin/sh
for a do
  shift
  case $a in
    --timestamp=*) echo "systemctl: unrecognized option '$a'" >&2; exit 1 ;;
    --output=json) continue ;;
  esac
  set -- "$@" "$a"
done
exec /usr/bin/systemctl "$@"`;

export function breakReal(host: RealHost, fault: SharedFault): void | Promise<void> {
  switch (fault) {
    case 'link-down':
      return host.linkDown();
    case 'slow-link':
      return host.netem('delay 200ms loss 5%');
    case 'sshd-killed':
      return host.killSshdChildren();
    case 'rebooted':
      return host.reboot();
    case 'host-key-changed':
      host.changeHostKey();
      return host.killSshdChildren();
    case 'max-sessions-2':
      host.setMaxSessions(2);
      return host.killSshdChildren();
    case 'nvidia-smi-missing':
      return host.nvidiaSmi('missing');
    case 'nvidia-smi-hanging':
      return host.nvidiaSmi('hanging');
    case 'nvidia-smi-garbage':
      return host.nvidiaSmi('garbage');
    case 'nvidia-smi-inforom':
      return host.nvidiaSmi('inforom');
    case 'gpu-lost':
      return host.nvidiaSmi('lost');
    case 'driver-mismatch':
      return host.nvidiaSmi('mismatch');
    case 'journal-rotated':
      return void host.run('journalctl', '--rotate');
    case 'journal-vacuumed':
      return void host.run('journalctl', '--rotate', '--vacuum-files=1');
    case 'journal-not-permitted':
      throw new Error('the real host has users without the right: sign in as one');
    case 'clock-3-minutes-off':
      throw new Error('a container has no clock of its own: only the lab can be off');
    case 'sudo-refused':
      // Who is signed in keeps the groups of the sign-in: for sudo to refuse, sign in anew.
      return void host.run('gpasswd', '-d', host.user, 'sudo');
    case 'systemd-239':
      host.run('sh', '-c', `cat >/usr/local/bin/systemctl <<'EOF'\n${OLD_SYSTEMCTL}\nEOF\nchmod 755 /usr/local/bin/systemctl`);
      return void host.run('ln', '-sf', '/usr/share/zoneinfo/Asia/Kolkata', '/etc/localtime');
    case 'login-shell-prints':
      return void host.run('sed', '-i', '1i echo Welcome to ada2', `/home/${host.user}/.bashrc`);
    // The real host has a unit of its own for each of these.
    case 'unit-start-fails':
    case 'unit-start-never-ends':
    case 'unit-masked':
      return;
  }
}

export function repairReal(host: RealHost, fault: SharedFault): void {
  if (fault === 'link-down') host.linkUp();
  else if (fault === 'slow-link') host.netem(null);
  else if (fault === 'max-sessions-2') host.setMaxSessions(10);
  else if (fault === 'systemd-239') host.run('rm', '-f', '/usr/local/bin/systemctl', '/etc/localtime');
  else if (fault === 'login-shell-prints') host.run('sed', '-i', '/^echo Welcome to ada2$/d', `/home/${host.user}/.bashrc`);
  else if (fault === 'sudo-refused') host.run('gpasswd', '-a', host.user, 'sudo');
  else if (fault.startsWith('nvidia-smi') || fault === 'gpu-lost' || fault === 'driver-mismatch') host.nvidiaSmi('works');
}
