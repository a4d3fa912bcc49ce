import type { ServiceUnit } from '../../shared/contract/services.ts';
import type { ShownUnit } from './show-parser.ts';
import { verdictOf } from './verdict.ts';

/** The contract's view of one reading. `before` is the reading before it, for the CPU share. `takenAt` in epoch ms. */
export function toServiceUnit(
  name: string,
  shown: ShownUnit,
  o: { readonly before: ServiceUnit | undefined; readonly pinned: boolean; readonly takenAt: number },
): ServiceUnit {
  const { id: _id, boundBy: _boundBy, consistsOf: _consistsOf, ...facts } = shown;
  return {
    ...facts,
    name,
    requiredBy: [...shown.requiredBy],
    cpuPercent: cpuPercent(shown, o.before, o.takenAt),
    verdict: verdictOf(shown),
    pinned: o.pinned,
    takenAt: o.takenAt,
  };
}

/** Percent of one core since the reading before; null across a restart, without accounting, or too soon after it. */
function cpuPercent(shown: ShownUnit, before: ServiceUnit | undefined, takenAt: number): number | null {
  if (before === undefined || before.invocationId !== shown.invocationId) return null;
  if (before.cpuUsageNs === null || shown.cpuUsageNs === null || shown.cpuUsageNs < before.cpuUsageNs) return null;
  const elapsedMs = takenAt - before.takenAt;
  // Two readings right after one another would make noise of it; the figure before stands.
  if (elapsedMs < 1000) return before.cpuPercent;
  return ((shown.cpuUsageNs - before.cpuUsageNs) / 1e6 / elapsedMs) * 100;
}
