import { formatBytes, formatClock } from '../../../../shared/format.ts';
import { need, unknown } from '../evidence.ts';
import {
  byHand,
  byRecipe,
  certain,
  likely,
  linesWith,
  logRule,
  onPage,
  proofLines,
  proofOf,
  type Rule,
  ruledOut,
  UNIT_NAMES,
} from '../rule.ts';

const MIN_FREE_BYTES = 1024 ** 3;
const MIN_FREE_SHARE = 0.05;
const MIN_MEMORY_BYTES = 1.5 * 1024 ** 3;

/** What the host lacks: disk, memory, a reboot. */
export const MACHINE_RULES: readonly Rule[] = [
  {
    id: 'disk-full',
    title: 'Disk full',
    symptoms: ['invokeai-will-not-start', 'gateway-503', 'gateway-502', 'model-missing', 'stuck-queue', 'base64-instead-of-url'],
    depth: 'machine',
    test: (evidence) => {
      const disks = need(evidence.disks);
      const facts = disks.map((disk) => `${formatBytes(disk.availableBytes)} free of ${formatBytes(disk.sizeBytes)} at ${disk.path}`);
      const full = disks.find(
        ({ availableBytes, sizeBytes }) => availableBytes < MIN_FREE_BYTES && availableBytes < sizeBytes * MIN_FREE_SHARE,
      );
      const lines = evidence.logs.invokeai.isKnown
        ? linesWith(evidence.logs.invokeai.value, ['No space left on device', '[Errno 28]', 'database or disk is full'])
        : [];
      if (full === undefined) return ruledOut(facts.join('; '));
      return certain(`The disk of ${full.path} is full: ${formatBytes(full.availableBytes)} free of ${formatBytes(full.sizeBytes)}.`, {
        at: lines.at(-1)?.at ?? null,
        proof: [...facts.map((fact) => proofOf('df', fact)), ...proofLines('invokeai', lines.slice(-3))],
        fix: onPage('models', 'Remove models or images that are not needed, then restart the services.'),
      });
    },
  },
  {
    id: 'kernel-out-of-memory',
    title: 'Ended by the kernel for lack of memory',
    symptoms: ['out-of-memory', 'invokeai-will-not-start', 'gateway-503', 'gateway-502', 'stuck-queue'],
    depth: 'machine',
    test: (evidence) => {
      const lines = linesWith(need(evidence.kernel), ['Out of memory: Killed process', 'oom-kill:']).filter(
        ({ at }) => at >= evidence.fromMs,
      );
      const unit = evidence.units.invokeai;
      const isResult = unit.isKnown && unit.value.result === 'oom-kill';
      const newest = lines.at(-1);
      if (newest === undefined && !isResult)
        return ruledOut(`no “Out of memory: Killed process” in the kernel log since ${formatClock(evidence.fromMs)}`);
      const isDown = unit.isKnown && unit.value.activeState !== 'active';
      // Else what was ended runs again, or was another program.
      const isItsOwn = isResult || (isDown && lines.some(({ text }) => text.includes(UNIT_NAMES.invokeai)));
      return (isItsOwn ? certain : likely)('The host ran out of memory and the kernel ended a program to free some.', {
        at: newest?.at ?? null,
        proof: [...proofLines('kernel', lines.slice(-4)), isResult ? proofOf('systemd', `${UNIT_NAMES.invokeai}: Result=oom-kill`) : null],
        fix: byRecipe('preset', 'Lower max_cache_ram_gb of InvokeAI by a preset, or stop other programs on the host.'),
      });
    },
  },
  {
    id: 'little-memory',
    title: 'Little free memory on the host',
    symptoms: ['slow', 'out-of-memory', 'invokeai-will-not-start'],
    depth: 'machine',
    test: (evidence) => {
      const { totalBytes, availableBytes } = need(evidence.memory);
      const fact = `${formatBytes(availableBytes)} of ${formatBytes(totalBytes)} memory available`;
      if (availableBytes >= MIN_MEMORY_BYTES) return ruledOut(fact);
      return likely(`The host has little free memory: ${fact}.`, {
        proof: [proofOf('/proc/meminfo', fact)],
        fix: byRecipe('preset', 'Lower max_cache_ram_gb of InvokeAI by a preset, or stop other programs on the host.'),
      });
    },
  },
  logRule({
    id: 'disk-fails',
    title: 'Disk errors in the kernel log',
    symptoms: ['invokeai-will-not-start', 'gateway-502', 'model-missing', 'slow'],
    depth: 'hardware',
    log: 'kernel',
    words: ['I/O error', 'EXT4-fs error', 'Remounting filesystem read-only'],
    // The disk may be one that no service uses.
    isCertain: () => false,
    cause: () => 'A disk of the host fails: the kernel reports errors of reading or writing.',
    fix: () => byHand('Save what is needed, check the disk with “sudo smartctl -a”, and replace it.'),
  }),
  {
    id: 'reboot-pending',
    title: 'Reboot pending after an update',
    symptoms: ['gpu-lost', 'invokeai-will-not-start'],
    depth: 'driver',
    test: (evidence) => {
      const { isRebootRequired, packages } = need(evidence.boot);
      if (!isRebootRequired) return ruledOut('no reboot is pending');
      return likely('Updates wait for a reboot of the host.', {
        proof: [proofOf('/run/reboot-required', packages === '' ? 'present' : packages)],
        fix: byHand('Reboot the host.'),
      });
    },
  },
  {
    id: 'host-rebooted',
    title: 'Host rebooted a short time ago',
    symptoms: ['gateway-503', 'gateway-502', 'invokeai-will-not-start', 'slow', 'gateway-forgets-backend'],
    depth: 'machine',
    test: (evidence) => {
      const { uptimeS } = need(evidence.boot);
      if (uptimeS === null) return need(unknown('the host does not report when it was started'));
      const minutes = Math.round(uptimeS / 60);
      if (uptimeS > 600) return ruledOut(`the host has been up for ${minutes} min`);
      return likely(`The host was started ${minutes} min ago, and its services may still be starting.`, {
        at: evidence.nowMs - uptimeS * 1000,
        proof: [proofOf('/proc/uptime', `${Math.round(uptimeS)} s`)],
        fix: onPage('services', 'Wait until every service of the chain is running, and enable those that do not start at boot.'),
      });
    },
  },
  {
    id: 'journal-not-readable',
    title: 'Logs not readable with this login',
    symptoms: ['invokeai-will-not-start'],
    depth: 'client',
    test: (evidence) => {
      const { invokeai } = evidence.logs;
      if (invokeai.isKnown) return null;
      if (!invokeai.reason.includes('login')) return null;
      return likely('The login may not read the logs, so most causes could not be looked at.', {
        proof: [proofOf('journalctl', invokeai.reason)],
        fix: byRecipe('least-privilege', 'Let the login read the journal.'),
      });
    },
  },
];
