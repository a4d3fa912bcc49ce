import type { Observability } from '../../../shared/capabilities/gateway/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { isRecord } from '../../../shared/record.ts';
import { redactSecrets } from '../../../shared/redact.ts';
import type { HttpClient } from '../../foundation/http/client.ts';
import { readToolMetrics } from './tool-metrics.ts';

const TIMEOUT_MS = 12_000;
const MAX_BYTES = 4 * 1_048_576;
const MAX_UPSTREAMS = 500;

/** Reads the observability listener (`/metrics`, `/health/upstreams`; no authentication there). Never rejects. */
export async function observe(client: HttpClient | null, now: () => number): Promise<Observability> {
  if (client === null) return { kind: 'out-of-reach' };
  const get = (path: string) => client.request({ path, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, headers: { accept: '*/*' } });
  try {
    const [metrics, upstreams] = await Promise.all([get('/metrics'), get('/health/upstreams')]);
    return {
      kind: 'answered',
      takenAt: now(),
      // 404 with an empty body is METRICS_ENABLED=false.
      tools: metrics.status === 200 ? readToolMetrics(metrics.body) : null,
      upstreams: upstreams.status === 200 ? readUpstreams(upstreams.body) : null,
    };
  } catch (thrown) {
    return { kind: 'failed', error: toPanelError(thrown) };
  }
}

/** `{"upstreams": {name: {ok, status?, error?}}}`; null for any other document. */
export function readUpstreams(body: string): { name: string; isOk: boolean | null; message: string }[] | null {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return null;
  }
  const upstreams = isRecord(document) ? document['upstreams'] : null;
  if (!isRecord(upstreams)) return null;
  return Object.entries(upstreams)
    .slice(0, MAX_UPSTREAMS)
    .map(([name, value]) => {
      const row = isRecord(value) ? value : {};
      const isOk = typeof row['ok'] === 'boolean' ? row['ok'] : null;
      const error = typeof row['error'] === 'string' ? redactSecrets(plainText(row['error'])) : '';
      const status = typeof row['status'] === 'number' ? `status ${row['status']}` : '';
      return { name: plainText(name), isOk, message: error === '' ? status : error };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
