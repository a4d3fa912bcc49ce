const MAX_REASON_CHARS = 240;

/** What goes wrong, with the status it is answered with and the words OpenAI's clients look for. */
export class ShimError extends Error {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'server_error' | 'rate_limit_error';
  readonly code: string;
  readonly param: string | null;
  /** Seconds for `Retry-After`; null = none. */
  readonly retryAfterS: number | null;

  constructor(status: number, code: string, message: string, more: { readonly param?: string; readonly retryAfterS?: number } = {}) {
    super(message);
    this.status = status;
    this.type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
    this.code = code;
    this.param = more.param ?? null;
    this.retryAfterS = more.retryAfterS ?? null;
  }

  /** Code and message as a reason phrase: the part of an answer that proxies and HTTP clients hand on when they drop the body. */
  reasonPhrase(): string {
    const words = this.message.replace(/[^\x21-\x7e]+/g, ' ').replace(/'/g, '"');
    return `${this.code}: ${words}`.slice(0, MAX_REASON_CHARS);
  }

  /** OpenAI's shape, and `detail` beside it for clients of the earlier shim. */
  body(): unknown {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code }, detail: message };
  }
}

/** Whether the backend is away for now, as while it restarts: what it had in its queue may still come. */
export const isAway = (thrown: unknown): boolean =>
  thrown instanceof ShimError && (thrown.code === 'backend_unreachable' || thrown.code === 'backend_slow');

/** Anything thrown as a ShimError; what is none is a fault of the shim. */
export function toShimError(thrown: unknown): ShimError {
  if (thrown instanceof ShimError) return thrown;
  return new ShimError(500, 'shim_fault', `The shim failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}

/** Thrown through all callers when the client has disconnected. */
export class ClientDisconnected extends Error {}
