import type { GpuIdentity } from '../../../shared/capabilities/gpu/contract.ts';
import { type IncidentList, MAX_INCIDENTS } from '../../../shared/capabilities/incidents/contract.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';
import type { HistoryStore } from '../history/source.ts';
import { asIncidents } from './found.ts';
import { type HostLog, readHostLog } from './host-log.ts';
import { memoryIncidents, xidIncidents } from './log-incidents.ts';
import { fromHistory, uniqueXids, withRecorded } from './recorded.ts';
import { INCIDENT_RULES, type IncidentRules } from './rules.ts';
import { storedIncidents } from './stored.ts';
import { UNREAD } from './text.ts';

/** Read before and after a span, so that what began before it or ends after it is seen whole. */
const MARGIN_MS = 20 * 60_000;

/** The incidents of one host. */
export interface IncidentReader {
  /**
   * Incidents that overlap the span, and what could not be read. Never throws. `withLog` false = of stored data only. `servicesFromMs`: of the
   * log of the host only what its services logged since then.
   */
  list(fromMs: number, toMs: number, o?: { readonly withLog: boolean; readonly servicesFromMs?: number }): Promise<IncidentList>;
}

export function createIncidentReader(o: {
  readonly hostId: string;
  readonly history: Pick<HistoryStore, 'series' | 'runs' | 'events'>;
  readonly transport: Pick<Transport, 'exec'>;
  readonly isOnline: () => boolean;
  readonly gpus: () => readonly GpuIdentity[];
  readonly units: () => readonly string[];
  /** Host clock minus this computer's clock in ms; null = unknown. */
  readonly clockOffsetMs: () => number | null;
  readonly now: () => number;
  readonly rules?: IncidentRules;
}): IncidentReader {
  const rules = o.rules ?? INCIDENT_RULES;

  const readLog = (fromMs: number, withKernel: boolean): Promise<HostLog> | HostLog =>
    o.isOnline()
      ? readHostLog(o.transport, { units: o.units(), withKernel, fromMs, nowMs: o.now(), clockOffsetMs: o.clockOffsetMs() ?? 0 })
      : { lines: [], xids: [], unread: [UNREAD.offline] };

  return {
    list: async (fromMs, toMs, { withLog, servicesFromMs } = { withLog: true }) => {
      const nowMs = o.now();
      const span = { fromMs: fromMs - MARGIN_MS, toMs: Math.min(nowMs, toMs + MARGIN_MS) };
      const gpus = o.gpus();
      const [stored, log] = await Promise.all([
        storedIncidents(o.history, { hostId: o.hostId, gpus, ...span, nowMs, rules }),
        withLog ? readLog(servicesFromMs ?? span.fromMs, servicesFromMs === undefined) : { lines: [], xids: [], unread: [] },
      ]);
      const events = o.history.events({ hostId: o.hostId, ...span });
      const recorded = fromHistory(events, o.clockOffsetMs() ?? 0);
      const { sameFailureMs } = rules;
      const failures = withRecorded(memoryIncidents(log.lines, { gpus, sameFailureMs }), recorded.failures);
      const xids = xidIncidents(uniqueXids(log.xids, recorded.xids), { gpus, runs: stored.runs, sameFailureMs });
      const all = [...stored.found, ...failures, ...xids]
        .filter(({ beginMs, endMs }) => beginMs <= toMs && (endMs ?? Number.POSITIVE_INFINITY) >= fromMs)
        .sort((a, b) => a.beginMs - b.beginMs);
      return {
        incidents: asIncidents(all.slice(-MAX_INCIDENTS)),
        isCapped: all.length > MAX_INCIDENTS,
        unread: [...log.unread, ...(gpus.length === 0 ? [UNREAD.noGpu] : [])],
      };
    },
  };
}
