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

/** Asks over HTTP, with a body as JSON. */
export async function ask(url: string, o: { readonly method?: string; readonly body?: unknown } = {}): Promise<TriedReply> {
  const reply = await fetch(url, {
    method: o.method ?? (o.body === undefined ? 'GET' : 'POST'),
    ...(o.body === undefined ? {} : { body: JSON.stringify(o.body), headers: { 'content-type': 'application/json' } }),
  });
  const type = reply.headers.get('content-type') ?? '';
  const text = await reply.text();
  return { status: reply.status, type, body: type.includes('json') ? JSON.parse(text) : text };
}
