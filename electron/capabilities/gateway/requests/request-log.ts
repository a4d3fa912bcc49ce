import type { GatewayProfile } from '../../../../shared/capabilities/gateway/contract.ts';
import type { GatewayRequests, RequestsQuery } from '../../../../shared/capabilities/gateway/requests.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { gatewayEndpoint } from '../../../../shared/gateway-subjects.ts';
import { readFileRequest } from '../../../foundation/host-reader/answers.ts';
import { readHost } from '../../../foundation/host-reader/reader.ts';
import type { ConnectionLease } from '../../../foundation/ssh/connection-pool.ts';
import { REQUEST_LOG_TEXT as TEXT } from '../text.ts';
import { answerRequests } from './answer.ts';
import { GATEWAY_ENV, requestLogPath } from './log-path.ts';
import { LogPosition } from './log-position.ts';
import { KEEP_MS, RequestTally } from './request-tally.ts';

/** The page asks more often than the log is read. */
const MIN_INTERVAL_MS = 4_000;
/** Parts of a long log that one question waits for; the next question goes on. */
const MAX_PARTS = 3;

type Unavailable = Extract<GatewayRequests, { kind: 'unavailable' }>;

/** What is known of the log on one machine. */
interface Known {
  readonly key: string;
  path: string | null;
  readonly position: LogPosition;
  readonly tally: RequestTally;
  failure: Unavailable | null;
  attemptedAt: number;
}

export interface RequestLog {
  /** Reads what the log has gained, and answers. Never rejects: what cannot be read is said, or the requests known before are returned with their age. */
  query(query: RequestsQuery): Promise<GatewayRequests>;
}

/** The requests of a gateway, from the log on its machine. Only read while somebody asks. */
export function createRequestLog(o: {
  readonly profile: () => GatewayProfile | null;
  /** Null when that host is no longer in the list. */
  readonly connectionTo: (hostId: string) => ConnectionLease | null;
  /** The gateway's clock minus this computer's. */
  readonly clockOffsetMs: () => number | null;
  readonly now: () => number;
}): RequestLog {
  let known: Known | null = null;
  let reading: Promise<void> | null = null;

  const begin = (key: string): Known => ({
    key,
    path: null,
    position: new LogPosition(),
    tally: new RequestTally(),
    failure: null,
    attemptedAt: Number.NEGATIVE_INFINITY,
  });

  /** Reads the next part; true = there is more. */
  const readPart = async (log: Known, connection: ConnectionLease['connection']): Promise<boolean> => {
    if (log.path === null) {
      const request = readFileRequest(GATEWAY_ENV);
      log.path = requestLogPath(await readHost(connection, [request], { asRoot: false }));
    }
    const request = log.position.request(log.path, KEEP_MS);
    const answer = (await readHost(connection, [request], { asRoot: false })).get(request);
    if (answer?.status !== 'ok') {
      log.failure = answer?.status === 'denied' ? TEXT.denied(log.path) : TEXT.absent(log.path);
      // The next reading looks for the place again.
      log.path = null;
      return false;
    }
    log.failure = null;
    const nowMs = o.now();
    const hasMore = await log.position.take(answer.lines, log.tally, o.clockOffsetMs() ?? 0, nowMs);
    log.tally.prune(nowMs);
    return hasMore;
  };

  const read = async (log: Known, machine: string): Promise<void> => {
    const lease = o.connectionTo(machine);
    if (lease === null) {
      log.failure = TEXT.notListed;
      return;
    }
    try {
      const { connection } = lease;
      if (connection.snapshot.state.kind !== 'online') {
        log.failure = TEXT.notConnected;
        return;
      }
      for (let part = 0; part < MAX_PARTS; part += 1) if (!(await readPart(log, connection))) return;
    } catch (thrown) {
      const { message, hint } = toPanelError(thrown);
      log.failure = { kind: 'unavailable', reason: message, remedy: hint };
    } finally {
      lease.release();
    }
  };

  return {
    query: async (query) => {
      const profile = o.profile();
      if (profile === null) return TEXT.noGateway;
      const key = `${query.machine} ${gatewayEndpoint(profile)}`;
      if (known?.key !== key) {
        await reading;
        if (known?.key !== key) known = begin(key);
      }
      const log = known;
      if (reading !== null) await reading;
      else if (o.now() - log.attemptedAt >= MIN_INTERVAL_MS || log.position.progress < 1) {
        log.attemptedAt = o.now();
        reading = read(log, query.machine).finally(() => {
          reading = null;
        });
        await reading;
      }
      const { position, tally, failure } = log;
      if (position.readAt === null) return failure ?? TEXT.notConnected;
      const covered = position.covered.map((span) => ({ ...span, fromMs: Math.max(span.fromMs, tally.droppedUntilMs ?? 0) }));
      const { buckets, ...rest } = answerRequests(tally, covered, query);
      return {
        kind: 'read',
        path: position.path,
        readAt: position.readAt,
        progress: position.progress,
        badLines: position.badLines,
        failure: failure === null ? null : `${failure.reason} ${failure.remedy}`,
        ...rest,
        buckets,
      };
    },
  };
}
