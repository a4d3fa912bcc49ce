import { createShim } from '../shim.ts';

export interface RunningShim {
  readonly url: string;
  readonly lines: readonly string[];
  /** POST /v1/images/generations. */
  generate(body: unknown, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** A shim of this process on a free port. */
export async function startShim(environment: Readonly<Record<string, string>>): Promise<RunningShim> {
  const lines: string[] = [];
  const shim = createShim({ environment: { SHIM_PORT: '0', ...environment }, log: (line) => lines.push(line) });
  const url = `http://127.0.0.1:${await shim.listen()}`;
  return {
    url,
    lines,
    generate: (body, init = {}) =>
      fetch(`${url}/v1/images/generations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    close: () => shim.close(),
  };
}

/** Resolves when it is so; generous, since a busy machine is no failure. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 90_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
