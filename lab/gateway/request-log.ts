/** Longer than the requests of any test. */
const MAX_LINES = 3_000;
/** Polls of its status reach the disk in blocks. */
const WRITE_EVERY = 20;

/** The log of requests of the gateway, as it writes it: one compact object a line with sorted keys. */
export class RequestLog {
  #lines: string[] = [];
  #unwritten = 0;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(o: {
    readonly atMs: number;
    readonly elapsedMs: number;
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly id: string;
  }): void {
    const line = {
      duration_ms: Math.round(o.elapsedMs * 100) / 100,
      method: o.method,
      path: o.path,
      request_id: o.id,
      status: o.status,
      stream: false,
      ts: o.atMs / 1000,
    };
    this.#lines = [...this.#lines.slice(1 - MAX_LINES), JSON.stringify(line)];
    this.#unwritten += 1;
    if (o.method === 'GET' && this.#unwritten < WRITE_EVERY) return;
    this.#unwritten = 0;
    this.#write(`${this.#lines.join('\n')}\n`);
  }
}
