import type { GatewayRequests, RequestCounts, RequestFilter, RequestGroup } from '../../../../shared/capabilities/gateway/requests.ts';
import { formatAge, formatCount, formatDateTime, UNKNOWN } from '../../../../shared/format.ts';

/** Strings of the requests from the gateway's log. */
export const REQUESTS_TEXT = {
  requestsTitle: 'All client requests',
  chartAllRequests: 'All requests',
  chartLatency: 'Latency',
  ofAccepted: 'of accepted requests',
  byRoute: 'By route',
  route: 'Route',
  columnRequests: 'Requests',
  columnErrors: 'Errors',
  lastSeen: 'Last seen',
  only: 'Only',
  removeFilter: 'Remove filter',
  filterTo: 'Show only these requests',
  filterOut: 'Hide these requests',
  noRequests: 'No requests in this range',
  notLogged: 'not logged',
  noClients: 'The gateway does not log which client sent a request.',
  directReason: 'The request log is not readable: the gateway’s machine is not one of the hosts.',
  directRemedy: 'Add it as a host, or connect to the gateway via SSH; its requests.jsonl is then read over SSH.',
} as const;

/** `840 ms`, `12.4 s`; unknown = `–`. */
export const describeLatencyMs = (elapsedMs: number | null): string =>
  elapsedMs === null
    ? UNKNOWN
    : elapsedMs < 10
      ? `${elapsedMs.toFixed(1)} ms`
      : elapsedMs < 1000
        ? `${Math.round(elapsedMs)} ms`
        : `${(elapsedMs / 1000).toFixed(1)} s`;
export const nameOfGroup = (name: string | null): string => name ?? REQUESTS_TEXT.notLogged;
/** `312 requests: 2 errors, 4 × 429, 0 × 503; p50 2.1 s, p95 4.8 s`. */
export function describeRequestTotal({ requests, errors, rejected429, rejected503, p50Ms, p95Ms }: RequestCounts): string {
  const all = requests === 1 ? '1 request' : `${formatCount(requests)} requests`;
  const failed = errors === 1 ? '1 error' : `${formatCount(errors)} errors`;
  const counts = `${all}: ${failed}, ${formatCount(rejected429)} × 429, ${formatCount(rejected503)} × 503`;
  return `${counts}; p50 ${describeLatencyMs(p50Ms)}, p95 ${describeLatencyMs(p95Ms)}`;
}
export const describeGroup = (group: RequestGroup): string => `${nameOfGroup(group.name)}: ${describeRequestTotal(group)}`;

const FIELDS = { route: 'route', backendClass: 'class', status: 'status' } as const;
/** `class is ollama`, `route is not /v1/models`. */
export const describeFilter = ({ field, value, isOut }: RequestFilter): string =>
  `${FIELDS[field]} ${isOut ? 'is not' : 'is'} ${value ?? REQUESTS_TEXT.notLogged}`;

/** Where the requests come from, how old they are, and what is missing. */
export function describeRead(read: Extract<GatewayRequests, { kind: 'read' }>, nowMs: number): string {
  const { path, readAt, progress, badLines, covered, failure } = read;
  const from = covered[0]?.fromMs;
  const gaps = Math.max(0, covered.length - 1);
  return [
    `From ${path}, without polls of the status, read ${formatAge(readAt, nowMs)}. ${REQUESTS_TEXT.noClients} Percentiles are of accepted requests, within 1 %.`,
    ...(progress < 1 ? [`Reading: ${Math.round(progress * 100)} %.`] : []),
    ...(from === undefined ? [] : [`The log covers this range from ${formatDateTime(from)} on.`]),
    ...(gaps === 0 ? [] : [gaps === 1 ? '1 gap (lines missing).' : `${gaps} gaps (lines missing).`]),
    ...(badLines === 0 ? [] : [badLines === 1 ? '1 line is not readable.' : `${formatCount(badLines)} lines are not readable.`]),
    ...(failure === null ? [] : [failure]),
  ].join(' ');
}
