import { plainText } from '../../../../shared/plain-text.ts';
import { readFileRequest } from '../../../foundation/host-reader/answers.ts';
import { FAULTS } from '../../gpu/text.ts';
import { readDriver } from '../../setup/adopt/facts.ts';
import { DRIVER } from '../../setup/adopt/requests.ts';
import { byHand, type Check, type Finding, fail, pass, skipped, unknown, warn } from '../check.ts';
import type { CheckSources } from '../sources.ts';
import { type GpuReading, readGpus } from './gpu-facts.ts';
import { gpuCheck, withoutReading } from './gpu-judge.ts';
import { GPU_TEXT as TEXT } from './gpu-text.ts';

/** Whether the driver is there and whole. */
export const GPU_DRIVER_CHECKS: readonly Check[] = [
  { ...gpuCheck('gpu-driver', 'driver'), run: checkDriver },
  {
    ...gpuCheck('gpu-driver-library', 'library'),
    reads: { first: ['health', 'pci', readFileRequest(DRIVER)] },
    run: checkLibrary,
  },
];

function checkDriver({ host }: CheckSources): Finding {
  const read = readGpus(host.answers());
  if (read.kind === 'no-card') return skipped(TEXT.noCard);
  if (read.kind === 'unanswered') return unknown(TEXT.noReading, byHand(TEXT.refresh));
  if (read.kind === 'failed') {
    const { message, hint } = FAULTS[read.fault];
    if (read.fault === 'library-mismatch') return unknown(TEXT.stoppedAtLibrary, byHand(TEXT.reboot), ...read.lines);
    // An answer that cannot be read shows neither that the card works nor that it does not.
    if (read.fault === 'bad-output') return unknown(message, byHand(hint), ...read.lines);
    return fail(message, byHand(hint), ...read.lines);
  }
  const evidence = read.gpus.map((gpu) => [gpu.uuid, gpu.name, gpu.line('driver_version')].join(', '));
  const lost = read.gpus.find((gpu) => /lost|requires reset/.test(gpu.line('temperature.gpu')));
  if (lost !== undefined)
    return fail(FAULTS['gpu-lost'].message, byHand(FAULTS['gpu-lost'].hint), lost.line('temperature.gpu'), ...evidence);
  const gpus = describeGpus(read.gpus);
  if (read.warnings.length > 0) return warn(TEXT.warned(gpus), byHand(TEXT.warnedRemedy), ...read.warnings, ...evidence);
  return pass(TEXT.responds(gpus, read.gpus[0]?.text('driver_version') ?? 'unknown'), ...evidence);
}

function describeGpus(gpus: readonly GpuReading[]): string {
  const [first] = gpus;
  return gpus.length === 1 && first !== undefined ? first.name : `${gpus.length} GPUs (${gpus.map(({ name }) => name).join(', ')})`;
}

function checkLibrary({ host }: CheckSources): Finding {
  const answers = host.answers();
  const read = readGpus(answers);
  const { module } = readDriver(answers);
  const loaded = module === null ? null : `${DRIVER}: ${plainText(module)}`;
  if (read.kind === 'failed' && read.fault === 'library-mismatch') {
    return fail(TEXT.mismatch(module), byHand(TEXT.reboot), ...read.lines, loaded);
  }
  if (read.kind !== 'read') return withoutReading(read);
  const library = read.gpus[0]?.text('driver_version') ?? null;
  if (library === null) return unknown(TEXT.notReported('its version'), byHand(TEXT.refresh), loaded);
  const evidence = [`driver_version: ${library}`, loaded];
  // The library refuses every other driver, so that its answer alone shows the match.
  if (module === null || module === library) return pass(TEXT.matches(library), ...evidence);
  return fail(TEXT.differs(module, library), byHand(TEXT.reboot), ...evidence);
}
