/** Longer than the requests of any test; then the log is rotated, as logrotate does. */
const MAX_LINES = 12_000;
/** Polls of its status reach the disk in blocks. */
const WRITE_EVERY = 20;

/** Replaces the text of the log, or, with `isPrevious`, of the one before the last rotation. */
export type WriteLog = (text: string, isPrevious: boolean) => void;

export interface RequestLine {
  readonly atMs: number;
  readonly elapsedMs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly id: string;
  /** Who sent it, as a hash of the token; null = not logged, as of the gateway's own version. */
  readonly client?: string | null;
}

/** The log of requests of the gateway, as it writes it: one compact object a line with sorted keys. Lines are only appended. */
export class RequestLog {
  #lines: string[] = [];
  #unwritten = 0;
  readonly #write: WriteLog;

  constructor(write: WriteLog) {
    this.#write = write;
  }

  /** Lines of earlier requests, oldest first; written at once. */
  addPast(requests: readonly RequestLine[]): void {
    for (const request of requests) this.#append(request);
    this.#flush();
  }

  add(request: RequestLine): void {
    this.#append(request);
    this.#unwritten += 1;
    if (request.method !== 'GET' || this.#unwritten >= WRITE_EVERY) this.#flush();
  }

  #append({ atMs, elapsedMs, method, path, status, id, client = null }: RequestLine): void {
    if (this.#lines.length >= MAX_LINES) {
      this.#write(this.#text(), true);
      this.#lines = [];
    }
    const line = {
      ...(client === null ? {} : { client }),
      duration_ms: Math.round(elapsedMs * 100) / 100,
      method,
      path,
      request_id: id,
      status,
      stream: false,
      ts: atMs / 1000,
    };
    this.#lines.push(JSON.stringify(line));
  }

  #flush(): void {
    this.#unwritten = 0;
    this.#write(this.#text(), false);
  }

  #text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
