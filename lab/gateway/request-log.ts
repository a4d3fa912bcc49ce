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
  /** What a chat adds. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The log of requests of the gateway, as it writes it: one compact object a line with sorted keys. Lines are only appended. */
export class RequestLog {
  #lines: string[] = [];
  #unwritten = 0;
  readonly #write: WriteLog;

  constructor(write: WriteLog) {
    this.#write = write;
  }

  /** Puts earlier requests in front, oldest first; written at once. Nobody may have read the log before. */
  prepend(requests: readonly RequestLine[]): void {
    this.#lines = [...requests.map(textOf), ...this.#lines];
    this.#flush();
  }

  add(request: RequestLine): void {
    this.#append(request);
    this.#unwritten += 1;
    if (request.method !== 'GET' || this.#unwritten >= WRITE_EVERY) this.#flush();
  }

  #append(request: RequestLine): void {
    if (this.#lines.length >= MAX_LINES) {
      this.#write(this.#text(), true);
      this.#lines = [];
    }
    this.#lines.push(textOf(request));
  }

  #flush(): void {
    this.#unwritten = 0;
    this.#write(this.#text(), false);
  }

  #text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function textOf({ atMs, elapsedMs, method, path, status, id, more = {} }: RequestLine): string {
  const line: Readonly<Record<string, unknown>> = {
    ...{ duration_ms: Math.round(elapsedMs * 100) / 100, method, path, request_id: id, status, stream: false, ts: atMs / 1000 },
    ...more,
  };
  const keys = Object.keys(line).sort();
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, line[key]])));
}
