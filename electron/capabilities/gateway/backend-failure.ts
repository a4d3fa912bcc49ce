import { plainText } from '../../../shared/plain-text.ts';
import { type Refusal, refusalError } from './errors.ts';

/** httpx's words for a status that it takes for a failure; the reason phrase is all of the reply that survives in them. */
const HTTPX = /HTTPStatusError: [A-Z][a-z]+ (?:error|response) '(\d{3})(?: (.{0,400}))?' for url '\w{1,10}:\/\/([^/']{1,200})/;
/** The images shim puts its code and message into the reason phrase. */
const SHIM_REASON = /^([a-z][a-z_]{1,40}): (.+)$/;
/** The exception's name, after the gateway's own words: what follows it may hold any word of the backend. */
const EXCEPTION = /^(?:[a-z ]{1,40}: )?([A-Z]\w{1,60})(?=:|$)/;
/** httpx's names for a request that the backend took and did not answer in time. */
const SLOW: ReadonlySet<string> = new Set(['ReadTimeout', 'WriteTimeout', 'TimeoutException', 'TimeoutError']);
const NOT_REACHED: ReadonlySet<string> = new Set(['ConnectTimeout', 'ConnectError']);
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);
/** Statuses that are about the request itself; other refusals are about the address, or what answers there. */
const OF_THE_REQUEST: ReadonlySet<number> = new Set([400, 413, 422]);

const HINTS: Readonly<Record<string, string>> = {
  model_not_found: 'Pick another model, or install this one on the Models page.',
  no_model: 'Install an SD 1.5 or SDXL model on the Models page.',
  invalid_value: 'Correct the named field and send it again.',
  backend_unreachable: 'Start the backend on the Services page.',
  backend_wants_login: 'The shim has no login for InvokeAI: turn off its multi-user mode, or use InvokeAI directly.',
  generation_failed: 'See the log of InvokeAI.',
  gpu_out_of_memory: 'Use a smaller size, or unload models on the Models page.',
  queue_full: 'Wait until the queue is shorter.',
  timed_out: 'The image may still be in progress: check the queue on the Models page.',
};

export interface BackendFailure {
  readonly refusal: Refusal;
  /** `upstreamStatus`, `backend` (host:port), `shimCode`, where known. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The gateway's 502 about its backend, by the detail that it sends: its own exception, with what the HTTP library kept of the reply. */
export function backendFailure(detail: string): BackendFailure {
  const exception = EXCEPTION.exec(detail)?.[1] ?? '';
  if (SLOW.has(exception)) {
    return {
      refusal: refusalError(
        'gateway-backend-slow',
        'The backend took longer than the gateway waits.',
        'The image may still be in progress: check the backend’s queue. Fewer steps, a smaller size, or a larger IMAGES_HTTP_TIMEOUT_SEC help.',
        { layer: 'backend', retryable: true },
      ),
      facts: {},
    };
  }
  if (NOT_REACHED.has(exception)) {
    return {
      refusal: refusalError(
        'gateway-backend-failed',
        `The gateway cannot reach its backend: ${plainText(detail, 300).replace(/[: ]+$/, '')}.`,
        'Start the backend and what is in front of it (nginx, images shim), or correct the address that the gateway has for it.',
        { layer: 'backend', retryable: true },
      ),
      facts: {},
    };
  }
  const [, status, reason = '', backend] = HTTPX.exec(detail) ?? [];
  if (status === undefined || backend === undefined) {
    return {
      refusal: refusalError(
        'gateway-backend-failed',
        `The backend refused or failed${detail === '' ? '' : `: ${plainText(detail, 300)}`}.`,
        'The logs of the images shim and of the backend have the reason.',
        { layer: 'backend', retryable: true },
      ),
      facts: {},
    };
  }
  const [, shimCode, shimMessage] = SHIM_REASON.exec(reason) ?? [];
  const facts = { upstreamStatus: status, backend };
  // A request that was refused for what is in it is refused again.
  const retryable = Number(status) >= 500 || TRY_AGAIN.has(Number(status));
  if (shimCode === undefined || shimMessage === undefined) {
    return {
      refusal: refusalError(
        'gateway-backend-failed',
        `The backend behind the gateway, ${backend}, answered with ${plainText(`${status} ${reason}`, 200)}.`,
        retryable
          ? 'The gateway drops the reason; the logs of the images shim and of the backend have it.'
          : OF_THE_REQUEST.has(Number(status))
            ? 'The backend refused the request itself: change model, size or options. The log of the images shim has the reason.'
            : 'Check the address that the gateway has for its backend, and what answers there.',
        { layer: 'backend', retryable },
      ),
      facts,
    };
  }
  return {
    refusal: refusalError(
      'gateway-backend-failed',
      `Images shim behind the gateway: ${plainText(shimMessage, 260)}`,
      HINTS[shimCode] ?? 'The log of the images shim has more about it.',
      { layer: 'backend', retryable: retryable && shimCode !== 'model_not_found' && shimCode !== 'no_model' },
    ),
    facts: { ...facts, shimCode },
  };
}
