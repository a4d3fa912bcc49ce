import { toPanelError } from '../../../shared/errors.ts';
import { createPlainClient } from '../../foundation/http/client.ts';
import type { Transport } from '../../foundation/ssh/transport.ts';

const PROBE_TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** Null when the address responds as wanted, else why not. Never rejects. */
export type Probe = (url: string, expected: { readonly status: number; readonly json: boolean }) => Promise<string | null>;

/** Requests an address as the host sees it, through SSH. */
export function createProbe(transport: Pick<Transport, 'httpAgent'>): Probe {
  return async (url, { status, json }) => {
    const { hostname, port, pathname, search } = new URL(url);
    const client = createPlainClient({
      hostName: hostname,
      port: Number(port === '' ? 80 : port),
      peer: { code: 'nginx', layer: 'backend', name: `Port ${port}` },
      agent: transport.httpAgent(),
    });
    try {
      const reply = await client.request({ path: `${pathname}${search}`, timeoutMs: PROBE_TIMEOUT_MS, maxBytes: MAX_BYTES });
      if (reply.status !== status) return `It responded with status ${reply.status}.`;
      if (json && !(reply.headers['content-type'] ?? '').startsWith('application/json')) return 'It responded with a page instead of JSON.';
      return null;
    } catch (thrown) {
      return toPanelError(thrown).message;
    } finally {
      client.close();
    }
  };
}
