import { X509Certificate } from 'node:crypto';
import { FileError } from '../base/files.ts';
import { capture } from './capture.ts';
import { nearestFolder, type Reader } from './host-reader.ts';
import type { LabProcess, Machine } from './process.ts';

const OK = 'ok';
/** What the script looks for in the kernel's lines. */
const KERNEL_LINE = /NVRM|nvidia|Out of memory|oom-kill|oom_reaper|I\/O error|EXT4-fs error|Remounting filesystem read-only/;
const MAX_KERNEL_LINES = 400;
const MAX_LOG_BYTES = 1024 * 1024;
const REQUIRING_PACKAGES = ['libc6', 'linux-image-6.8.0-88-generic'];

const mayLog = ({ user }: LabProcess, { simulation }: Machine): boolean =>
  user === 'root' || !simulation.faults.has('journal-not-permitted');

async function journal(process: LabProcess, machine: Machine, ...options: readonly string[]): Promise<string> {
  const { text } = await capture(process, machine, ['journalctl', '-q', '--no-pager', ...options, '-o', 'short-unix'], {
    stdoutOnly: true,
  });
  return text;
}

/** The rows of openssl(1) for a certificate; none = it is no certificate. */
function certificateLines(pem: Buffer): readonly string[] {
  try {
    const { validTo, subject } = new X509Certificate(pem);
    return [`notAfter=${validTo}`, `subject=${subject.replaceAll('\n', ', ').replaceAll(/(^|, )(\w+)=/g, '$1$2 = ')}`];
  } catch {
    return [];
  }
}

/** The requests about the system itself (docstring of `hostRead`). */
export const SYSTEM_READERS: Readonly<Record<string, Reader>> = {
  log: async (unit, rest, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const [minutes = '', lines = ''] = rest.split(' ');
    const text = await journal(process, machine, '-u', unit, '--since', `-${minutes}min`, '-n', lines);
    return [OK, text.slice(0, MAX_LOG_BYTES).split('\n')];
  },
  kernellog: async (_a, _b, process, machine) => {
    if (!mayLog(process, machine)) return ['denied', []];
    const lines = (await journal(process, machine, '-k', '-b')).split('\n').filter((line) => KERNEL_LINE.test(line));
    return [OK, lines.slice(-MAX_KERNEL_LINES).map((line) => line.slice(0, 600))];
  },
  inodes: async (path, _none, process, machine) => {
    const { text } = await capture(process, machine, ['df', '--output=iavail,itotal,target', '--', nearestFolder(path, machine)]);
    return [OK, text.split('\n').slice(-1)];
  },
  boot: async (_a, _b, process, machine) => {
    const isPending = machine.simulation.faults.has('reboot-pending');
    const { text: bootId } = await capture(process, machine, ['cat', '/proc/sys/kernel/random/boot_id']);
    return [
      OK,
      [
        `uptimeS=${(machine.simulation.faults.has('up-for-4-minutes') ? 240 : machine.simulation.uptimeS()).toFixed(2)}`,
        `rebootRequired=${isPending ? 'yes' : 'no'}`,
        `packages=${isPending ? `${REQUIRING_PACKAGES.join(' ')} ` : ' '}`,
        `bootId=${bootId}`,
        `journalBoots=${mayLog(process, machine) ? new Set(machine.simulation.journal.records.map((record) => record.bootId)).size : ''}`,
      ],
    ];
  },
  system: (_a, _b, _process, { simulation }) => {
    const failed = [...simulation.units.units.values()].filter(({ activeState }) => activeState === 'failed');
    return [
      OK,
      [
        `version=systemd ${simulation.faults.has('systemd-239') ? '239 (239-82.el8)' : '255 (255.4-1ubuntu8.11)'}`,
        `state=${failed.length === 0 ? 'running' : 'degraded'}`,
        ...failed.map(({ definition: { name, description } }) => `${name} loaded failed failed ${description}`),
      ],
    ];
  },
  mount: (_path, _none, _process, { simulation }) => [
    OK,
    [`/ ext4 ${simulation.faults.has('file-system-read-only') ? 'ro' : 'rw'},relatime,errors=remount-ro`],
  ],
  clock: async (_a, _b, process, machine) => {
    const { text } = await capture(process, machine, ['date', '+%s.%N']);
    return [OK, [text, machine.simulation.faults.has('clock-not-synchronised') ? 'no' : 'yes']];
  },
  certificate: (path, _none, { user }, { files }) => {
    try {
      const file = files.read(path, user);
      return [OK, certificateLines(file)];
    } catch (thrown) {
      if (!(thrown instanceof FileError)) throw thrown;
      return [thrown.fault === 'no-such-file' || thrown.fault === 'not-a-directory' ? 'absent' : 'denied', []];
    }
  },
};

/** How many words the head of an answer repeats besides its kind; both of what is not listed. */
export const SYSTEM_HEADS: Readonly<Record<string, 'none' | 'first'>> = {
  kernellog: 'none',
  boot: 'none',
  clock: 'none',
  system: 'none',
  mount: 'first',
  inodes: 'first',
  certificate: 'first',
};
