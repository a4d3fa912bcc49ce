import type { ServiceUnit } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';
import { verdictOf } from './verdict.ts';

/** More than this lies between two clocks only where one was set, or stood still. */
const MAX_CLOCK_DIFFERENCE_MS = 1_000;

/**
 * The contract's view of one reading. `before` is the reading before it and `elapsedMs` the time since then by a monotonic clock (null =
 * not known), for the CPU share. `takenAt` in epoch ms.
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
 * Percent of one core since the reading before; null across a restart, without accounting, or too soon after it. Null too where the
 * wall clock was set meanwhile, or the computer slept, when the monotonic one may stand still.
 */
function cpuPercent(
  shown: ShownUnit,
  { before, takenAt, elapsedMs }: { readonly before: ServiceUnit | undefined; readonly takenAt: number; readonly elapsedMs: number | null },
): number | null {
  if (before === undefined || elapsedMs === null || before.invocationId !== shown.invocationId) return null;
  if (before.cpuUsageNs === null || shown.cpuUsageNs === null || shown.cpuUsageNs < before.cpuUsageNs) return null;
  if (Math.abs(takenAt - before.takenAt - elapsedMs) > MAX_CLOCK_DIFFERENCE_MS) return null;
  // Two readings right after one another would make noise of it; the figure before stands.
  if (elapsedMs < 1000) return before.cpuPercent;
  return ((shown.cpuUsageNs - before.cpuUsageNs) / 1e6 / elapsedMs) * 100;
}
