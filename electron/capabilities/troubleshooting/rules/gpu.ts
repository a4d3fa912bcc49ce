import type { GpuFault, XidEvent } from '../../../../shared/capabilities/gpu/contract.ts';
import type { SymptomId } from '../../../../shared/capabilities/troubleshooting/symptoms.ts';
import { formatClock } from '../../../../shared/format.ts';
import type { GpuReadings } from '../../checks/lists/gpu-facts.ts';
import { levelOfXid, type XidLevel } from '../../gpu/text.ts';
import { parseXid } from '../../gpu/xid.ts';
import { type Evidence, need } from '../evidence.ts';
import { byHand, certain, type Depth, likely, onPage, proofLines, proofOf, type Rule, ruledOut } from '../rule.ts';

const BY_GPU: readonly SymptomId[] = ['gpu-lost', 'invokeai-will-not-start', 'gateway-503', 'gateway-502', 'stuck-queue'];
const SMI = 'nvidia-smi';

/** Failures that a card which is there does not explain. */
const OF_THE_DRIVER: ReadonlySet<GpuFault> = new Set<GpuFault>(['library-mismatch', 'not-installed', 'driver-not-running', 'nvml-missing']);

type Failed = Extract<GpuReadings, { kind: 'failed' }>;

const printed = ({ lines }: Failed) => lines.slice(0, 5).map((line) => proofOf(SMI, line));

/** What nvidia-smi reports where it did not fail. */
const describeGpus = (readings: Exclude<GpuReadings, Failed>): string =>
  readings.kind === 'read' ? `nvidia-smi lists ${readings.gpus.map(({ name }) => name).join(', ')}` : 'the host has no card of NVIDIA';

/** A failure of nvidia-smi by what it means. */
const failureRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly fault: GpuFault;
  readonly depth: Depth;
  readonly symptoms?: readonly SymptomId[];
  readonly cause: string;
  readonly fix: string;
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms ?? BY_GPU,
  depth: o.depth,
  test: (evidence) => {
    const reading = need(evidence.gpu);
    if (reading.kind !== 'failed') return ruledOut(describeGpus(reading));
    if (reading.fault !== o.fault) return ruledOut(`nvidia-smi failed in another way: ${reading.lines[0] ?? reading.fault}`);
    return certain(o.cause, { proof: printed(reading), fix: byHand(o.fix) });
  },
});

/** The loss of the GPU has a rule of its own. */
const isLoss = ({ xid }: XidEvent): boolean => xid === null || xid === 79;

function xidsOf(evidence: Evidence) {
  return need(evidence.kernel).flatMap((line) => {
    const event = parseXid(line.text, line.at);
    return event === null ? [] : [{ event, line }];
  });
}

const xidRule = (o: {
  readonly id: string;
  readonly title: string;
  readonly level: XidLevel;
  readonly symptoms: readonly SymptomId[];
}): Rule => ({
  id: o.id,
  title: o.title,
  symptoms: o.symptoms,
  depth: 'hardware',
  test: (evidence) => {
    const all = xidsOf(evidence);
    const matches = all.filter(
      ({ event, line }) => !isLoss(event) && levelOfXid(event.xid, event.text) === o.level && line.at >= evidence.fromMs,
    );
    const newest = matches.at(-1);
    if (newest === undefined)
      return ruledOut(
        all.length === 0
          ? 'no Xid in the kernel log since the host was started'
          : `${all.length} Xids in the kernel log since the host was started, none of these since ${formatClock(evidence.fromMs)}`,
      );
    const { xid, meaning, action } = newest.event;
    return likely(`The GPU driver reported Xid ${xid ?? ''}: ${meaning}`, {
      at: newest.line.at,
      proof: proofLines(
        'kernel',
        matches.slice(-4).map(({ line }) => line),
      ),
      fix: onPage('gpu', action),
    });
  },
});

/** Why the GPU or its driver is away. */
export const GPU_RULES: readonly Rule[] = [
  {
    id: 'gpu-fell-off-the-bus',
    title: 'GPU fell off the bus (Xid 79)',
    symptoms: [...BY_GPU, 'slow'],
    depth: 'hardware',
    test: (evidence) => {
      const reading = need(evidence.gpu);
      const isLost = reading.kind === 'failed' && reading.fault === 'gpu-lost';
      // What nvidia-smi reports of a lost GPU needs no kernel log.
      const kernel = isLost && !evidence.kernel.isKnown ? [] : need(evidence.kernel);
      const lines = kernel.filter(({ text }) => text.includes('fallen off the bus'));
      const newest = lines.at(-1);
      if (newest === undefined && !isLost) return ruledOut('no “fallen off the bus” in the kernel log since the host was started');
      if (reading.kind !== 'failed') return ruledOut(`the GPU was lost earlier, and now ${describeGpus(reading)}`);
      if (OF_THE_DRIVER.has(reading.fault)) return ruledOut('nvidia-smi fails for want of its driver, which another cause explains');
      return certain('The GPU fell off the PCI bus: neither the driver nor a program can reach it any more.', {
        at: newest?.at ?? null,
        proof: [...proofLines('kernel', lines.slice(-3)), ...printed(reading)],
        fix: byHand('Reboot the host. If the GPU is lost again, check its power cables, temperature and seating.'),
      });
    },
  },
  failureRule({
    id: 'driver-library-mismatch',
    title: 'Driver updated, old module still loaded',
    fault: 'library-mismatch',
    depth: 'driver',
    symptoms: [...BY_GPU, 'slow'],
    cause: 'The NVIDIA driver was updated while its old kernel module is still loaded, so no program can use the GPU.',
    fix: 'Reboot the host, which loads the module of the new driver.',
  }),
  failureRule({
    id: 'driver-not-running',
    title: 'NVIDIA driver not loaded',
    fault: 'driver-not-running',
    depth: 'driver',
    symptoms: [...BY_GPU, 'slow'],
    cause: 'The NVIDIA driver is installed but its kernel module is not loaded.',
    fix: 'Run “sudo modprobe nvidia”, which is usual after a kernel update. If it fails, reinstall the driver for this kernel and reboot.',
  }),
  failureRule({
    id: 'driver-not-installed',
    title: 'NVIDIA driver not installed',
    fault: 'not-installed',
    depth: 'driver',
    symptoms: [...BY_GPU, 'slow'],
    cause: 'The host has no nvidia-smi, so the NVIDIA driver is not installed.',
    fix: 'Install the driver, on Ubuntu with “sudo ubuntu-drivers install”, and reboot.',
  }),
  failureRule({
    id: 'driver-library-missing',
    title: 'Driver library missing',
    fault: 'nvml-missing',
    depth: 'driver',
    cause: 'nvidia-smi does not find libnvidia-ml.so: the user-space part of the driver is missing.',
    fix: 'Reinstall the NVIDIA driver package, and reboot.',
  }),
  failureRule({
    id: 'no-gpu-found',
    title: 'Driver finds no GPU',
    fault: 'no-devices',
    depth: 'hardware',
    symptoms: [...BY_GPU, 'slow'],
    cause: 'The driver runs but finds no GPU.',
    fix: 'Look in the kernel log for “RmInitAdapter failed”, check the power cables and the seating of the card, and power-cycle the host.',
  }),
  failureRule({
    id: 'nvidia-smi-hangs',
    title: 'GPU driver hangs',
    fault: 'hanging',
    depth: 'hardware',
    symptoms: [...BY_GPU, 'slow'],
    cause: 'The GPU driver hangs: nvidia-smi does not return.',
    fix: 'Reboot the host. Programs that wait for the driver cannot be ended.',
  }),
  {
    id: 'no-card',
    title: 'No NVIDIA card in the host',
    symptoms: [...BY_GPU, 'slow'],
    depth: 'hardware',
    test: (evidence) => {
      const reading = need(evidence.gpu);
      if (reading.kind !== 'no-card')
        return ruledOut(reading.kind === 'read' ? describeGpus(reading) : 'nvidia-smi fails, which another cause explains');
      return certain('The host has no NVIDIA card, and no driver for one.', {
        proof: [proofOf(SMI, 'not there, or finds no device'), proofOf('PCI', 'no display controller of NVIDIA')],
        fix: byHand('Check in the firmware of the host, and the seating of the card, whether it should have one.'),
      });
    },
  },
  xidRule({
    id: 'xid-needs-reset',
    title: 'Xid of the GPU itself',
    level: 'hardware',
    symptoms: ['gpu-lost', 'gateway-502', 'stuck-queue', 'black-or-noisy-images', 'slow'],
  }),
  xidRule({
    id: 'xid-of-a-program',
    title: 'Xid of a program on the GPU',
    level: 'program',
    symptoms: ['gpu-lost', 'gateway-502', 'stuck-queue', 'black-or-noisy-images'],
  }),
];
