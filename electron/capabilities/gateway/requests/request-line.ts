import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { redactSecrets } from '../../../../shared/redact.ts';

/** One request of the gateway's log. */
export interface LoggedRequest {
  /** Epoch ms of the gateway's clock. */
  readonly atMs: number;
  readonly status: number;
  /** Null = not in the line. */
  readonly elapsedMs: number | null;
  /** The path without query; `*` stands for a part that names one thing, such as an id. */
  readonly route: string;
  /** Null = not logged. */
  readonly backendClass: string | null;
}

const MAX_LINE_CHARS = 1_000;
const MAX_ROUTE_CHARS = 100;
const MAX_NAME_CHARS = 60;
const MIN_TIME_MS = Date.UTC(2020, 0, 1);
/** A part of a path that names one thing: an id, a file, a hash. */
const ID = /^(?:\d+|[0-9a-f-]{12,}|req-[0-9a-f]+|replay-[0-9a-f]+|\d{9,}_[0-9a-f]+\.[a-z]+)$/i;

/** One line of requests.jsonl, `{duration_ms, method, path, status, ts, …}`, which has no client; null = no request. Never throws. */
export function parseRequestLine(line: string): LoggedRequest | null {
  if (line.length > MAX_LINE_CHARS) return null;
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(row)) return null;
  const atMs = timeOf(row['ts']);
  const { status, path, duration_ms: elapsed } = row;
  if (atMs === null || typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) return null;
  if (typeof path !== 'string') return null;
  return {
    atMs,
    status,
    elapsedMs: typeof elapsed === 'number' && Number.isFinite(elapsed) && elapsed >= 0 ? elapsed : null,
    route: routeOf(path),
    backendClass: nameOf(row['backend_class']),
  };
}

/** Seconds or milliseconds since the epoch, or ISO 8601. */
function timeOf(ts: unknown): number | null {
  const atMs = typeof ts === 'number' ? (ts > 1e11 ? ts : ts * 1000) : typeof ts === 'string' ? Date.parse(ts.slice(0, 40)) : Number.NaN;
  return Number.isFinite(atMs) && atMs >= MIN_TIME_MS ? atMs : null;
}

function routeOf(path: string): string {
  const parts = (path.split(/[?#]/, 1)[0] ?? '').slice(0, MAX_ROUTE_CHARS).split('/');
  return plainText(redactSecrets(parts.map((part) => (ID.test(part) ? '*' : part)).join('/')), MAX_ROUTE_CHARS);
}

function nameOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const name = plainText(redactSecrets(value.slice(0, 4 * MAX_NAME_CHARS)), MAX_NAME_CHARS);
  return name === '' ? null : name;
}
