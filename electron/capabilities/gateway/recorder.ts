import { backendState } from '../../../shared/backend-state.ts';
import type { GatewayProfile, GatewayReading } from '../../../shared/capabilities/gateway/contract.ts';
import { gatewayEndpoint, panelRequestsSubject, slotsSubject } from '../../../shared/gateway-subjects.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { HttpRequest, Reply } from '../../foundation/http/client.ts';
import { createChangeRecorder } from '../history/change-recorder.ts';
import type { HistoryStore } from '../history/source.ts';
import { isSuccess } from './reading.ts';

/** Limits the disk use of a gateway that names new classes at every poll. */
const MAX_CLASSES = 64;

/** Number of requests by outcome, and the mean duration of the accepted requests; NaN = not reported. */
interface RequestOutcomes {
  readonly accepted: number;
  readonly rejected429: number;
  readonly rejected503: number;
  readonly failed: number;
  readonly latencyMs: number;
}

const NO_REQUESTS: RequestOutcomes = { accepted: 0, rejected429: 0, rejected503: 0, failed: 0, latencyMs: Number.NaN };

/** Stores the readings of a gateway and the outcomes of the panel's requests. */
export interface GatewayRecorder {
  recordReading(reading: GatewayReading): void;
  /** `detail` is the error while the gateway does not respond. */
  recordPhase(isResponding: boolean, detail: string | null): void;
  /** Sends a request; an image request that was not cancelled is stored with its outcome. Throws what `send` throws. */
  watch(wanted: HttpRequest, send: () => Promise<Reply>): Promise<Reply>;
}

export function createGatewayRecorder(o: {
  readonly hostId: string;
  readonly profile: () => GatewayProfile | null;
  readonly history: Pick<HistoryStore, 'append' | 'recordEvent'>;
  readonly now: () => number;
  /** After each request for images: it has freed its slot. */
  readonly onEnded: () => void;
}): GatewayRecorder {
  const { hostId, history, now } = o;
  const reportState = createChangeRecorder(o);
  const classes = new Set<string>();

  const appendRequests = (profile: GatewayProfile, atMs: number, outcomes: RequestOutcomes): void => {
    const { accepted, rejected429, rejected503, failed, latencyMs } = outcomes;
    const row = Float64Array.of(atMs, accepted, rejected429, rejected503, failed, latencyMs);
    history.append({ hostId, kind: 'gateway-requests', subject: panelRequestsSubject(profile) }, row);
  };

  return {
    recordReading: ({ takenAt, admission, health }) => {
      const profile = o.profile();
      if (profile === null) return;
      for (const row of admission ?? []) {
        const subject = slotsSubject(profile, row);
        if (!classes.has(subject) && classes.size >= MAX_CLASSES) continue;
        classes.add(subject);
        const cells = [row.limit, row.available, row.inflight].map((value) => value ?? Number.NaN);
        history.append({ hostId, kind: 'gateway-slots', subject }, Float64Array.of(takenAt, ...cells));
      }
      // An empty row distinguishes "no requests" from "not recorded".
      appendRequests(profile, takenAt, NO_REQUESTS);
      for (const row of health ?? []) reportState('backend', `${gatewayEndpoint(profile)} ${row.name}`, backendState(row), row.error);
    },
    recordPhase: (isResponding, detail) => {
      const profile = o.profile();
      if (profile !== null) reportState('gateway', gatewayEndpoint(profile), isResponding ? 'responding' : 'not responding', detail);
    },
    watch: async (wanted, send) => {
      const profile = o.profile();
      if (profile === null || wanted.method !== 'POST' || !wanted.path.startsWith('/v1/images/')) return send();
      const sentAt = monotonicMs();
      try {
        const reply = await send();
        appendRequests(profile, now(), outcomeOf(reply, monotonicMs() - sentAt));
        return reply;
      } catch (thrown) {
        if (wanted.signal?.aborted !== true) appendRequests(profile, now(), { ...NO_REQUESTS, failed: 1 });
        throw thrown;
      } finally {
        o.onEnded();
      }
    },
  };
}

function outcomeOf(reply: Reply, latencyMs: number): RequestOutcomes {
  if (isSuccess(reply)) return { ...NO_REQUESTS, accepted: 1, latencyMs };
  if (reply.status === 429) return { ...NO_REQUESTS, rejected429: 1 };
  if (reply.status === 503) return { ...NO_REQUESTS, rejected503: 1 };
  return { ...NO_REQUESTS, failed: 1 };
}
