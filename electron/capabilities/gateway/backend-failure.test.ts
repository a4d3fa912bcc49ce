import { describe, expect, it } from 'vitest';
import { ShimError } from '../../../ada2/images-shim/errors.ts';
import { gatewayReplyError } from './reply-errors.ts';

/** The gateway's 502, as httpx and it word the reply of the backend. */
const failed = (status: number, reason: string, kind = status < 500 ? 'Client error' : 'Server error') => {
  const url = 'http://ada2:7860/v1/images/generations';
  const exception = `HTTPStatusError: ${kind} '${status} ${reason}' for url '${url}'\nFor more information check: https://httpstatuses.com/${status}`;
  const body = JSON.stringify({ detail: `image backend error: ${exception}` });
  return gatewayReplyError({ status: 502, headers: { 'content-type': 'application/json' }, body }, 0);
};

describe("the gateway's 502 about its backend", () => {
  it("tells the images shim's code and message, which travel in the reason phrase", () => {
    const shimError = new ShimError(400, 'model_not_found', `There is no model "Juggernaut ’XL’ v9".`);
    const reported = failed(shimError.status, shimError.reasonPhrase());
    expect(reported).toMatchObject({
      code: 'gateway-backend-failed',
      layer: 'backend',
      retryable: false,
      facts: { status: '502', upstreamStatus: '400', backend: 'ada2:7860', shimCode: 'model_not_found' },
    });
    expect(reported.message).toContain('Images shim behind the gateway: There is no model "Juggernaut');
    expect(reported.hint).toContain('Models page');
  });

  it('reads the longest message that the shim sends, to its end', () => {
    const reported = failed(502, new ShimError(502, 'gpu_out_of_memory', `CUDA out of memory: ${'tried '.repeat(80)}`).reasonPhrase());
    expect(reported.facts).toMatchObject({ shimCode: 'gpu_out_of_memory', backend: 'ada2:7860' });
    expect(reported).toMatchObject({ retryable: true, message: expect.stringContaining('CUDA out of memory') });
  });

  it.each([
    [400, 'Bad Request', false],
    [404, 'Not Found', false],
    [413, 'Request Entity Too Large', false],
    [422, 'Unprocessable Entity', false],
    [429, 'Too Many Requests', true],
    [500, 'Internal Server Error', true],
    [502, 'Bad Gateway', true],
    [504, 'Gateway Time-out', true],
    [503, 'no_model: No model is installed.', false],
    [503, 'queue_full: 20 jobs wait.', true],
  ])('a backend’s %i %s behind it: worth trying again: %s', (status, reason, retryable) => {
    expect(failed(status, reason)).toMatchObject({ code: 'gateway-backend-failed', retryable });
  });

  it('survives a redirect, a missing reason, and quotes in it', () => {
    expect(failed(302, 'Found', 'Redirect response')).toMatchObject({ facts: { upstreamStatus: '302' }, retryable: false });
    expect(failed(502, '').facts).toMatchObject({ upstreamStatus: '502', backend: 'ada2:7860' });
    expect(failed(400, "invalid_value: size must be like '512x512' for url 'x'").message).toContain("like '512x512'");
  });

  const excepted = (exception: string) =>
    gatewayReplyError(
      {
        status: 502,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ detail: `image backend error: ${exception}` }),
      },
      0,
    );

  it.each([
    [504, 'Gateway Timeout'],
    [408, 'Request Timeout'],
    [502, 'generation_failed: InvokeAI failed: TimeoutError: the queue'],
    [400, 'model_not_found: There is no model TimeoutXL.'],
  ])('%i %s is an answer, though it speaks of a timeout: the gateway did not give up', (status, reason) => {
    expect(failed(status, reason)).toMatchObject({ code: 'gateway-backend-failed', facts: { upstreamStatus: String(status) } });
  });

  it.each(['ReadTimeout: ', 'ReadTimeout', 'WriteTimeout: The write operation timed out'])('%s is a backend that is slow', (exception) => {
    expect(excepted(exception)).toMatchObject({ code: 'gateway-backend-slow', retryable: true });
  });

  it.each(['ConnectTimeout: ', 'ConnectError: [Errno 61] Connection refused', 'ConnectError: All connection attempts failed'])(
    '%s: no image is in progress, since the backend was not reached',
    (exception) => {
      const { message, hint, retryable } = excepted(exception);
      expect(message).toMatch(/^The gateway cannot reach its backend: image backend error: Connect.*\w\.$/);
      expect(hint).not.toContain('in progress');
      expect(retryable).toBe(true);
    },
  );

  it('looks for the fault at the address where the answer is not about the request', () => {
    for (const [status, reason] of [
      [302, 'Found'],
      [401, 'Unauthorized'],
      [404, 'Not Found'],
      [405, 'Method Not Allowed'],
    ] as const) {
      expect(failed(status, reason, status < 400 ? 'Redirect response' : 'Client error').hint).toContain('address');
    }
    expect(failed(422, 'Unprocessable Entity').hint).toContain('change model, size or options');
  });
});
