import { throttleReasons } from '../../../../shared/throttle-reasons.ts';
import type { Check } from '../check.ts';
import type { GpuReading } from './gpu-facts.ts';
import { type GpuVerdict, healthCheck, isBad, isDoubtful, isGood, isUnknown, isUseless } from './gpu-judge.ts';
import { GPU_TEXT as TEXT } from './gpu-text.ts';

/** Corrected errors harm no image; so many are a sign of memory that wears out. */
const MANY_CORRECTED = 100;
const WARM_C = 85;
const HOT_C = 90;

/** What the driver counts and measures on each card. */
export const GPU_HEALTH_CHECKS: readonly Check[] = [
  healthCheck('gpu-ecc', 'ecc', {
    fields: ['ecc.mode.current', 'ecc.errors.uncorrected.volatile.total', 'ecc.errors.corrected.volatile.total'],
    judge: judgeEcc,
  }),
  healthCheck('gpu-remapped-rows', 'rows', {
    fields: ['remapped_rows.pending', 'remapped_rows.failure', 'retired_pages.pending'],
    judge: judgeRows,
  }),
  healthCheck('gpu-throttling', 'throttling', {
    fields: ['clocks_throttle_reasons.active', 'utilization.gpu', 'temperature.gpu', 'power.draw', 'enforced.power.limit'],
    judge: judgeThrottling,
  }),
  healthCheck('gpu-temperature', 'temperature', { fields: ['temperature.gpu', 'power.draw'], judge: judgeTemperature }),
  healthCheck('gpu-persistence', 'persistence', { fields: ['persistence_mode'], judge: judgePersistence }),
  healthCheck('gpu-link-width', 'link', {
    fields: ['pcie.link.width.current', 'pcie.link.width.max', 'pcie.link.gen.current', 'pcie.link.gen.max'],
    judge: judgeLink,
  }),
];

function judgeEcc(gpu: GpuReading): GpuVerdict {
  const mode = gpu.text('ecc.mode.current');
  if (mode === null) return isUseless(TEXT.notReported('ECC'));
  if (mode !== 'Enabled') return isUseless(TEXT.eccOff);
  const uncorrected = gpu.number('ecc.errors.uncorrected.volatile.total');
  const corrected = gpu.number('ecc.errors.corrected.volatile.total');
  if (uncorrected !== null && uncorrected > 0) return isBad(TEXT.eccBad(uncorrected), TEXT.eccRemedy);
  if (uncorrected === null || corrected === null) return isUnknown(TEXT.notReported('its ECC errors'));
  return corrected < MANY_CORRECTED ? isGood(TEXT.eccClean(corrected)) : isDoubtful(TEXT.eccMany(corrected), TEXT.eccWatch);
}

/** Cards remap rows (Ampere and later) or retire pages (before). */
function judgeRows(gpu: GpuReading): GpuVerdict {
  const [failure, ...pending] = [gpu.text('remapped_rows.failure'), gpu.text('remapped_rows.pending'), gpu.text('retired_pages.pending')];
  if (failure === 'Yes') return isBad(TEXT.rowsFailed, TEXT.rowsReplace);
  if (pending.includes('Yes')) return isBad(TEXT.rowsPending, TEXT.rowsReset);
  const known = [failure, ...pending].filter((word) => word !== null);
  if (known.length === 0) return isUseless(TEXT.notReported('repairs of its memory'));
  return known.every((word) => word === 'No') ? isGood(TEXT.rowsClean) : isUnknown(TEXT.notReported('repairs of its memory'));
}

function judgeThrottling(gpu: GpuReading): GpuVerdict {
  const reasons = throttleReasons(gpu.number('clocks_throttle_reasons.active'));
  if (reasons === null) return isUnknown(TEXT.notReported('what lowers its clocks'));
  const named = (tone: 'bad' | 'warning') => reasons.filter((reason) => reason.tone === tone);
  const [bad, warning] = [named('bad'), named('warning')];
  const harmful = [...bad, ...warning];
  const [first] = harmful;
  const words = (list: typeof reasons): string => list.map((reason) => reason.words.toLowerCase()).join(', ');
  if (first !== undefined) return (bad.length > 0 ? isBad : isDoubtful)(TEXT.throttled(words(harmful)), first.explanation);
  return isGood(reasons.length === 0 ? TEXT.notThrottled : TEXT.harmless(words(reasons)));
}

function judgeTemperature(gpu: GpuReading): GpuVerdict {
  const degrees = gpu.number('temperature.gpu');
  if (degrees === null) return isUnknown(TEXT.notReported('its temperature'));
  if (degrees >= HOT_C) return isBad(TEXT.hot(degrees), TEXT.airFlow);
  return degrees > WARM_C ? isDoubtful(TEXT.warm(degrees), TEXT.airFlow) : isGood(TEXT.cool(degrees));
}

function judgePersistence(gpu: GpuReading): GpuVerdict {
  const mode = gpu.text('persistence_mode');
  if (mode === 'Enabled') return isGood(TEXT.persistent);
  if (mode === 'Disabled') return isDoubtful(TEXT.notPersistent, TEXT.persistenceRemedy);
  return mode === null ? isUseless(TEXT.notReported('persistence mode')) : isUnknown(TEXT.notReported('persistence mode'));
}

/** An idle card lowers the generation of its link, not its width. */
function judgeLink(gpu: GpuReading): GpuVerdict {
  const [width, most] = [gpu.number('pcie.link.width.current'), gpu.number('pcie.link.width.max')];
  if (width === null || most === null || width < 1) return isUnknown(TEXT.notReported('its link'));
  if (width < most) return isDoubtful(TEXT.narrow(width, most), TEXT.linkRemedy);
  return isGood(TEXT.link(width, most, String(gpu.number('pcie.link.gen.current') ?? 'unknown')));
}
