/** The reader of a process's output has gone (EPIPE); a process that meets it ends as by SIGPIPE. */
export class BrokenPipe extends Error {}

/** A process's stdout or stderr. `write` waits while the other side is slow and throws BrokenPipe once it is gone. */
export interface Output {
  write(data: string | Buffer): Promise<void>;
  /** Aborted when the reader is gone. */
  readonly closed: AbortSignal;
}

/** A process's stdin, buffered until it is read. */
export class Input {
  #held: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void)[] = [];
  readonly #endedSignal = new AbortController();

  /** Aborted at end of input. */
  get ended(): AbortSignal {
    return this.#endedSignal.signal;
  }

  push(data: Buffer): void {
    this.#held = Buffer.concat([this.#held, data]);
    this.#awake();
  }

  end(): void {
    this.#ended = true;
    this.#awake();
    this.#endedSignal.abort();
  }

  /** The next line without its newline; null at the end of input when nothing is left. */
  async readLine(): Promise<string | null> {
    for (;;) {
      const newline = this.#held.indexOf(0x0a);
      if (newline >= 0) return this.#take(newline, 1);
      if (this.#ended) return this.#held.length === 0 ? null : this.#take(this.#held.length, 0);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** So many bytes, or fewer at the end of input. */
  async readBytes(count: number): Promise<Buffer> {
    while (this.#held.length < count && !this.#ended) await new Promise<void>((resolve) => this.#wake.push(resolve));
    const bytes = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return bytes;
  }

  /** All that is still to come. */
  async readAll(): Promise<Buffer> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#wake.push(resolve));
    const all = this.#held;
    this.#held = Buffer.alloc(0);
    return all;
  }

  #take(length: number, skip: number): string {
    const text = this.#held.toString('utf8', 0, length);
    this.#held = this.#held.subarray(length + skip);
    return text;
  }

  #awake(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

/** An input that is at its end, as `</dev/null`. */
export function noInput(): Input {
  const input = new Input();
  input.end();
  return input;
}

/** An output that keeps everything, as `$(command)`. */
export class Collected implements Output {
  readonly #parts: Buffer[] = [];
  readonly closed = new AbortController().signal;

  async write(data: string | Buffer): Promise<void> {
    this.#parts.push(typeof data === 'string' ? Buffer.from(data) : data);
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}

/** Waits, or until one of the signals is aborted; says whether the time passed. */
export function pause(ms: number, ...until: readonly AbortSignal[]): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (passed: boolean) => {
      clearTimeout(timer);
      for (const signal of until) signal.removeEventListener('abort', stop);
      resolve(passed);
    };
    const stop = () => finish(false);
    const timer = setTimeout(() => finish(true), ms);
    for (const signal of until) {
      if (signal.aborted) {
        finish(false);
        return;
      }
      signal.addEventListener('abort', stop);
    }
  });
}
