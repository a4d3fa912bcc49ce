import type { CheckRemedy, CheckVerdict } from '../../../../shared/capabilities/checks/contract.ts';
import { FAULTS } from '../../gpu/text.ts';
import { byHand, type Check, type Finding, fail, pass, type Reads, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { type GpuReading, type HealthField, readGpus } from './gpu-facts.ts';
import { GPU_INFO, GPU_TEXT as TEXT } from './gpu-text.ts';

/** What a check finds of one GPU. */
export interface GpuVerdict {
  readonly verdict: CheckVerdict;
  readonly summary: string;
  readonly remedy: string | null;
}

export const isGood = (summary: string): GpuVerdict => ({ verdict: 'pass', summary, remedy: null });
export const isDoubtful = (summary: string, remedy: string): GpuVerdict => ({ verdict: 'warn', summary, remedy });
export const isBad = (summary: string, remedy: string): GpuVerdict => ({ verdict: 'fail', summary, remedy });
/** The card or its driver has no such thing. */
export const isUseless = (summary: string): GpuVerdict => ({ verdict: 'skipped', summary, remedy: null });
export const isUnknown = (summary: string): GpuVerdict => ({ verdict: 'unknown', summary, remedy: TEXT.refresh });

export const HEALTH_READS: Reads = { first: ['health', 'pci'] };
/** The worst first. */
const ORDER: readonly CheckVerdict[] = ['fail', 'warn', 'unknown', 'pass', 'skipped'];

type Key = keyof typeof GPU_INFO;

/** What every check of the GPU has in common. */
export const gpuCheck = (id: string, key: Key): Omit<Check, 'run'> => ({
  id,
  ...GPU_INFO[key],
  group: 'gpu',
  layer: 'gpu',
  cost: 'reads',
  reads: HEALTH_READS,
});

/** A check that looks at fields of each GPU: the worst GPU decides, and all of them are the evidence. */
export function healthCheck(
  id: string,
  key: Key,
  o: { readonly fields: readonly HealthField[]; judge(gpu: GpuReading): GpuVerdict },
): Check {
  return {
    ...gpuCheck(id, key),
    run: ({ host }) => {
      const read = readGpus(host.answers());
      if (read.kind !== 'read') return withoutReading(read);
      return worstOf(read.gpus, o.judge, (gpu) => o.fields.map((field) => gpu.line(field)));
    },
  };
}

/** The finding of a check that has no rows to look at. */
export function withoutReading(read: Exclude<ReturnType<typeof readGpus>, { kind: 'read' }>): Finding {
  if (read.kind === 'no-card') return skipped(TEXT.noCard);
  if (read.kind === 'unanswered') return unknown(TEXT.noReading, byHand(TEXT.refresh));
  const { message, hint } = FAULTS[read.fault];
  return unknown(TEXT.driverFails(message), byHand(hint), ...read.lines);
}

export function worstOf(
  gpus: readonly GpuReading[],
  judge: (gpu: GpuReading) => GpuVerdict,
  evidenceOf: (gpu: GpuReading) => readonly string[],
): Finding {
  const judged = gpus.map((gpu, index) => ({ name: `GPU ${index} (${gpu.name})`, found: judge(gpu) }));
  const worst = judged.toSorted((a, b) => ORDER.indexOf(a.found.verdict) - ORDER.indexOf(b.found.verdict))[0];
  if (worst === undefined) return unknown(TEXT.noReading, byHand(TEXT.refresh));
  const { verdict, remedy } = worst.found;
  const alike = judged.filter(({ found }) => found.verdict === verdict);
  const summary = judged.length === 1 ? worst.found.summary : alike.map(({ name, found }) => `${name}: ${found.summary}`).join('; ');
  const evidence = gpus.flatMap((gpu, index) => [
    ...(gpus.length > 1 ? [`GPU ${index}: ${gpu.name}, ${gpu.uuid}`] : []),
    ...evidenceOf(gpu),
  ]);
  return findingOf(verdict, summary, remedy === null ? null : byHand(remedy), evidence);
}

function findingOf(verdict: CheckVerdict, summary: string, remedy: CheckRemedy | null, evidence: readonly string[]): Finding {
  switch (verdict) {
    case 'fail':
      return fail(summary, remedy ?? byHand(TEXT.refresh), ...evidence);
    case 'warn':
      return warn(summary, remedy ?? byHand(TEXT.refresh), ...evidence);
    case 'unknown':
      return unknown(summary, remedy, ...evidence);
    case 'pass':
      return pass(summary, ...evidence);
    case 'skipped':
      return skipped(summary);
  }
}

/** Runs on sources whose GPU was read; the finding of what stands in the way otherwise. */
export function onGpus(
  sources: CheckSources,
  then: (gpus: readonly GpuReading[]) => Finding | Promise<Finding>,
): Finding | Promise<Finding> {
  const read = readGpus(sources.host.answers());
  return read.kind === 'read' ? then(read.gpus) : withoutReading(read);
}
