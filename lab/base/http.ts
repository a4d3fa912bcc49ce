import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LabFault } from './faults.ts';

export interface LabAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of JSON. */
  readonly raw?: { readonly type: string; readonly data: Buffer | string };
}

const DRIP_INTERVAL_MS = 400;

/** Which of the ways to answer badly is on; by a prefix that says who answers. */
export function protocolFaultOf(
  faults: ReadonlySet<LabFault>,
  prefix: 'gateway' | 'invokeai' | 'shim',
): 'malformed-json' | 'truncated-json' | 'body-10-mb' | 'slow-drip' | null {
  const ways = ['malformed-json', 'truncated-json', 'body-10-mb', 'slow-drip'] as const;
  return ways.find((way) => faults.has(`${prefix}-${way}`)) ?? null;
}

/** Writes JSON as it is, or with the fault of `protocolFault`. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  o: { readonly headers?: Readonly<Record<string, string>>; readonly protocolFault?: ReturnType<typeof protocolFaultOf> } = {},
): void {
  const text = JSON.stringify(body ?? null);
  const headers = { 'content-type': 'application/json', ...o.headers };
  switch (o.protocolFault ?? null) {
    case 'malformed-json':
      response.writeHead(status, headers);
      response.end(text.length > 2 ? `${text.slice(0, 1)},${text.slice(1)}` : '{,}');
      return;
    case 'truncated-json':
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    case 'body-10-mb':
      response.writeHead(status, headers);
      response.end(`${text}${' '.repeat(10_000_000)}`);
      return;
    case 'slow-drip':
      response.writeHead(status, headers);
      drip(response, text, 0);
      return;
    default:
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.end(text);
  }
}

/** One letter at a time, until the client gives up. */
function drip(response: ServerResponse, text: string, at: number): void {
  if (response.destroyed || at >= text.length) {
    response.end();
    return;
  }
  response.write(text[at]);
  setTimeout(() => drip(response, text, at + 1), DRIP_INTERVAL_MS).unref();
}

/** The body of a request as text; null when it is larger than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
