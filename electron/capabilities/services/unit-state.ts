import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';
import { verdictOf } from './verdict.ts';

/** A larger difference means that one of the clocks was set or paused. */
const MAX_CLOCK_DIFFERENCE_MS = 1_000;

/**
 * One reading as the contract has it. `before` is the previous reading and `elapsedMs` the time since then by a monotonic clock (null =
 * unknown), for the CPU share. `takenAt` in epoch ms.
 */
export function toServiceUnit(
  name: string,
  shown: ShownUnit,
  o: { readonly before: ServiceUnit | undefined; readonly pinned: boolean; readonly takenAt: number; readonly elapsedMs: number | null },
): ServiceUnit {
  const { id: _id, boundBy: _boundBy, consistsOf: _consistsOf, ...facts } = shown;
  return {
    ...facts,
    name,
    requiredBy: [...shown.requiredBy],
    cpuPercent: cpuPercent(shown, o),
    verdict: verdictOf(shown),
    pinned: o.pinned,
    takenAt: o.takenAt,
  };
}

/**
 * Percent of one core since the previous reading; null after a restart and without accounting. Null too when the wall clock was set
 * or the computer slept meanwhile, since the monotonic clock may pause then.
 */
function cpuPercent(
  shown: ShownUnit,
  { before, takenAt, elapsedMs }: { readonly before: ServiceUnit | undefined; readonly takenAt: number; readonly elapsedMs: number | null },
): number | null {
  if (before === undefined || elapsedMs === null || before.invocationId !== shown.invocationId) return null;
  if (before.cpuUsageNs === null || shown.cpuUsageNs === null || shown.cpuUsageNs < before.cpuUsageNs) return null;
  if (Math.abs(takenAt - before.takenAt - elapsedMs) > MAX_CLOCK_DIFFERENCE_MS) return null;
  // Two readings in quick succession give a noisy figure, so the previous one is used.
  if (elapsedMs < 1000) return before.cpuPercent;
  return ((shown.cpuUsageNs - before.cpuUsageNs) / 1e6 / elapsedMs) * 100;
}
