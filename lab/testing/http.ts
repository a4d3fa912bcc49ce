import { request } from 'node:http';

/** A value deep in JSON; undefined where there is none. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const name of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
  return at;
}

export interface TriedReply {
  readonly status: number;
  readonly type: string;
  /** Parsed where it is JSON, else text. */
  readonly body: unknown;
}

/** Asks over HTTP on a connection of its own, with a body as JSON. */
export function sendRequest(url: string, o: { readonly method?: string; readonly body?: unknown } = {}): Promise<TriedReply> {
  const body = o.body === undefined ? null : JSON.stringify(o.body);
  const method = o.method ?? (body === null ? 'GET' : 'POST');
  const headers = body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const requests = request(url, { method, headers, agent: false }, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.once('error', reject);
      reply.once('aborted', () => reject(new Error('aborted')));
      reply.once('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const type = reply.headers['content-type'] ?? '';
        try {
          resolve({ status: reply.statusCode ?? 0, type, body: type.includes('json') ? JSON.parse(text) : text });
        } catch (thrown) {
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
        }
      });
    });
    requests.once('error', reject);
    requests.end(body ?? undefined);
  });
}
