import type { Probe, ProbeId } from '../../../shared/capabilities/probes/contract.ts';
import { DEFAULT_PORTS } from '../../../shared/default-ports.ts';
import { outcomeOfError } from '../../../shared/diagnosis/answers.ts';
import { type CodedError, toPanelError } from '../../../shared/errors.ts';
import type { Reply } from '../../foundation/http/client.ts';
import { NGINX_PEER } from '../../foundation/http/https.ts';
import type { JsonClient } from '../backends/json-client.ts';
import { readReadiness, SHIM_PEER } from '../backends/shim-readiness.ts';

const PROBE_TIMEOUT_MS = 5_000;
const MAX_PROBE_BYTES = 64 * 1024;

/** The result of one request; the caller adds its times. */
export type Finding = Pick<Probe, 'outcome' | 'latencyMs' | 'reasons' | 'error'>;

interface ProbeKind {
  readonly peer: JsonClient['peer'];
  readonly port: number;
  readonly path: string;
  judge(reply: Reply): Pick<Finding, 'outcome'> & Partial<Finding>;
}

export const PROBE_KINDS: Readonly<Record<ProbeId, ProbeKind>> = {
  shim: {
    peer: SHIM_PEER,
    port: DEFAULT_PORTS.shim,
    path: '/readyz',
    judge: (reply) => {
      const readiness = readReadiness(reply);
      if (readiness === null) return { outcome: 'wrong-program', error: unexpectedReplyError('shim', reply.status) };
      return readiness.isReady ? { outcome: 'responding' } : { outcome: 'not-ready', reasons: [...readiness.reasons] };
    },
  },
  nginx: {
    peer: NGINX_PEER,
    port: DEFAULT_PORTS.nginx,
    // nginx answers this path itself, without its backends.
    path: '/healthz',
    judge: ({ status }) => (status < 500 ? { outcome: 'responding' } : { outcome: 'failed', error: unexpectedReplyError('nginx', status) }),
  },
};

/** One probe of a program on the host. Never rejects; resolves with null when `signal` ended it. */
export async function probeOnce(id: ProbeId, client: Pick<JsonClient, 'request'>, signal: AbortSignal): Promise<Finding | null> {
  const { path, judge } = PROBE_KINDS[id];
  try {
    const reply = await client.request({ path, timeoutMs: PROBE_TIMEOUT_MS, maxBytes: MAX_PROBE_BYTES, signal });
    return { latencyMs: reply.timing.totalMs, reasons: [], error: null, ...judge(reply) };
  } catch (thrown) {
    if (signal.aborted) return null;
    const error = toPanelError(thrown);
    return { outcome: outcomeOfError(error), latencyMs: null, reasons: [], error };
  }
}

const unexpectedReplyError = (id: ProbeId, status: number): CodedError => ({
  code: `${id}-unexpected-reply`,
  layer: 'backend',
  message: `Port ${PROBE_KINDS[id].port} returned status ${status}, which ${PROBE_KINDS[id].peer.name.replace(/^T/, 't')} never does.`,
  hint: 'Check on the host which program listens there.',
  retryable: true,
});
