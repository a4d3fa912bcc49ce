import type { ErrorCode } from '../../../../shared/error-codes.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { type QueueItem, queuePath, readQueueStatus } from '../../backends/invokeai.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { readReadiness } from '../../backends/shim-readiness.ts';
import type { Follower } from './invokeai-follower.ts';
import { type LoggedRefusal, lastRefusal } from './shim-log.ts';

const TIMEOUT_MS = 6_000;
/** Errors of the gateway, or of a proxy in front of it, whose cause may lie on the host. */
const QUERIES_HOST: ReadonlySet<string> = new Set<ErrorCode>(['gateway-backend-not-ready', 'gateway-proxy-timeout', 'gateway-slow']);

/** Finds out on the host why a request by HTTP failed. */
export interface HiddenFailures {
  /** Findings on the host about a failed run; empty when there is nothing to check. Never rejects. */
  diagnose(thrown: unknown, follower: Pick<Follower, 'jobs'> | null, startedAt: number): Promise<string[]>;
}

export function createHiddenFailures(o: {
  readonly shim: JsonClient;
  readonly invokeai: JsonClient;
  readonly transport: Pick<Transport, 'exec'>;
  readonly hostTime: (atMs: number) => number | null;
}): HiddenFailures {
  /** Without the host's clock a line of an earlier run would pass for this one's. */
  const refusalOf = async (startedAt: number): Promise<LoggedRefusal | null> => {
    const since = o.hostTime(startedAt);
    return since === null ? null : await lastRefusal(o.transport, since);
  };
  return {
    diagnose: async (thrown, follower, startedAt) => {
      const error = toPanelError(thrown);
      // The gateway's 502 and 503 say little of what happened behind it; the host knows.
      if (follower === null || (error.layer !== 'backend' && !QUERIES_HOST.has(error.code))) return [];
      return queryHost({ shim: o.shim, invokeai: o.invokeai, jobs: follower.jobs, refusal: () => refusalOf(startedAt) });
    },
  };
}

/**
 * What the host itself says when a run failed: the gateway keeps the backend's words to itself.
 * Never rejects; an empty list = the host says nothing of it.
 */
export async function queryHost(o: {
  readonly shim: JsonClient;
  readonly invokeai: JsonClient;
  /** The jobs of the run, as far as they are known. */
  readonly jobs: () => Promise<readonly QueueItem[]>;
  /** What the images shim logged of the request. */
  readonly refusal: () => Promise<LoggedRefusal | null>;
}): Promise<string[]> {
  const [ready, status, jobs, refused] = await Promise.all([
    readiness(o.shim),
    queue(o.invokeai),
    o.jobs().catch(() => []),
    o.refusal().catch(() => null),
  ]);
  const logged = refused === null ? [] : [`Log of the images shim: ${refused.status} ${refused.code}: ${refused.message}`];
  return [...jobs.map(endOf), ...logged, ...ready, ...status];
}

/** Most messages name who they are about already. */
const named = (name: string, message: string): string => (message.includes(name) ? message : `${name}: ${message}`);

async function readiness(shim: JsonClient): Promise<string[]> {
  try {
    const reply = await shim.request({ path: '/readyz', timeoutMs: TIMEOUT_MS });
    const readiness = readReadiness(reply);
    if (readiness === null) return [named('The images shim', 'another program responds at its address.')];
    if (readiness.isReady) return ['The images shim is ready now.'];
    const { reasons } = readiness;
    return reasons.length > 0
      ? reasons.map((words) => `The images shim: ${words}`)
      : [`The images shim is not ready (status ${reply.status}).`];
  } catch (thrown) {
    return [named('The images shim', toPanelError(thrown).message)];
  }
}

async function queue(invokeai: JsonClient): Promise<string[]> {
  try {
    const status = readQueueStatus(await invokeai.json({ path: queuePath('status'), timeoutMs: TIMEOUT_MS }));
    if (status.isStarted === false) return ['InvokeAI’s queue is paused.'];
    return (status.pending ?? 0) > 3 ? [`${status.pending} jobs are waiting in InvokeAI’s queue.`] : [];
  } catch (thrown) {
    return [named('InvokeAI', toPanelError(thrown).message)];
  }
}

const endOf = ({ itemId, status, error }: QueueItem): string =>
  error === null
    ? `Job ${itemId} in InvokeAI: ${status.replace('_', ' ')}.`
    : `Job ${itemId} in InvokeAI failed: ${error.type}: ${error.message}`;
