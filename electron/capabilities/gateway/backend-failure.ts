import { plainText } from '../../../shared/plain-text.ts';
import { type Refusal, refusalError } from './errors.ts';

/** Message of httpx for a failed status; only the reason phrase of the reply survives in it. */
const HTTPX = /HTTPStatusError: [A-Z][a-z]+ (?:error|response) '(\d{3})(?: (.{0,400}))?' for url '\w{1,10}:\/\/([^/']{1,200})/;
/** The images shim puts its code and message into the reason phrase. */
const SHIM_REASON = /^([a-z][a-z_]{1,40}): (.+)$/;
/** The exception's name after the gateway's prefix; the rest may hold any text of the backend. */
const EXCEPTION = /^(?:[a-z ]{1,40}: )?([A-Z]\w{1,60})(?=:|$)/;
/** Exceptions of httpx for a request that the backend accepted but did not answer in time. */
const SLOW: ReadonlySet<string> = new Set(['ReadTimeout', 'WriteTimeout', 'TimeoutException', 'TimeoutError']);
const NOT_REACHED: ReadonlySet<string> = new Set(['ConnectTimeout', 'ConnectError']);
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);
/** Statuses caused by the request; other refusals are caused by the address or the server there. */
const OF_THE_REQUEST: ReadonlySet<number> = new Set([400, 413, 422]);

const HINTS: Readonly<Record<string, string>> = {
  model_not_found: 'Select another model, or install this one on the Models page.',
  no_model: 'Install an SD 1.5 or SDXL model on the Models page.',
  invalid_value: 'Correct the named field and retry.',
  backend_unreachable: 'Start the backend on the Services page.',
  backend_wants_login: 'The shim cannot log in to InvokeAI: disable its multi-user mode, or use the InvokeAI route.',
  generation_failed: 'See the InvokeAI log.',
  gpu_out_of_memory: 'Use a smaller size, or unload models on the Models page.',
  queue_full: 'Wait until the queue is shorter.',
  timed_out: 'The image may still be in progress: check the queue on the Models page.',
};

export interface BackendFailure {
  readonly refusal: Refusal;
  /** `upstreamStatus`, `backend` (host:port), `shimCode`, where known. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The cause of the gateway's 502, from its `detail`: an exception of the gateway with the part of the reply that httpx preserves. */
export function backendFailure(detail: string): BackendFailure {
  const exception = EXCEPTION.exec(detail)?.[1] ?? '';
  if (SLOW.has(exception)) {
    return {
      refusal: refusalError(
        'gateway-backend-slow',
        'The backend did not respond within the time limit of the gateway.',
        'The image may still be in progress: check the backend’s queue. Use fewer steps or a smaller size, or increase IMAGES_HTTP_TIMEOUT_SEC.',
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
        'Start the backend, nginx and the images shim, or correct the backend address on the gateway.',
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
        'See the logs of the images shim and the backend.',
        { layer: 'backend', retryable: true },
      ),
      facts: {},
    };
  }
  const [, shimCode, shimMessage] = SHIM_REASON.exec(reason) ?? [];
  const facts = { upstreamStatus: status, backend };
  // A request refused for its content is refused again.
  const retryable = Number(status) >= 500 || TRY_AGAIN.has(Number(status));
  if (shimCode === undefined || shimMessage === undefined) {
    return {
      refusal: refusalError(
        'gateway-backend-failed',
        `The backend behind the gateway, ${backend}, responded with ${plainText(`${status} ${reason}`, 200)}.`,
        retryable
          ? 'The gateway omits the reason: see the logs of the images shim and the backend.'
          : OF_THE_REQUEST.has(Number(status))
            ? 'The backend rejected the request: change model, size or options. The reason is in the images shim log.'
            : 'Check the backend address on the gateway, and which server runs there.',
        { layer: 'backend', retryable },
      ),
      facts,
    };
  }
  return {
    refusal: refusalError(
      'gateway-backend-failed',
      `Images shim behind the gateway: ${plainText(shimMessage, 260)}`,
      HINTS[shimCode] ?? 'See the images shim log for details.',
      { layer: 'backend', retryable: retryable && shimCode !== 'model_not_found' && shimCode !== 'no_model' },
    ),
    facts: { ...facts, shimCode },
  };
}
