import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readErrorBody } from './error-body.ts';
import { type FailedReply, gatewayReplyError, readRetryAfter } from './reply-errors.ts';

const NOW = Date.UTC(2026, 0, 1);
const JSON_TYPE = { 'content-type': 'application/json' };
const reply = (status: number, body: unknown, headers: FailedReply['headers'] = JSON_TYPE): FailedReply => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const codeOf = (failed: FailedReply): string => gatewayReplyError(failed, NOW).code;

describe('a refusal of the gateway', () => {
  it('tells a missing token, an unknown one and an address that is not allowed apart', () => {
    expect(codeOf(reply(401, { detail: 'Missing bearer token' }))).toBe('gateway-token-missing');
    expect(codeOf(reply(403, { detail: 'Invalid bearer token' }))).toBe('gateway-token-refused');
    expect(codeOf(reply(403, { detail: 'Client IP not allowed' }))).toBe('gateway-address-not-allowed');
    expect(codeOf(reply(403, { detail: 'UI disabled' }))).toBe('gateway-forbidden');
    expect(codeOf(reply(403, ''))).toBe('gateway-forbidden');
  });

  it('names the slots that are taken and how long to wait', () => {
    const busy = { error: 'backend_overloaded', backend_class: 'gpu_heavy', route_kind: 'images', message: 'busy' };
    expect(
      gatewayReplyError(reply(429, { detail: busy }, { ...JSON_TYPE, 'retry-after': '5', 'x-request-id': 'req-1' }), NOW),
    ).toMatchObject({
      code: 'gateway-overloaded',
      layer: 'gateway',
      message: 'All slots for gpu_heavy.images are in use.',
      retryable: true,
      facts: { status: '429', retryAt: String(NOW + 5_000), requestId: 'req-1', backendClass: 'gpu_heavy', routeKind: 'images' },
    });
  });

  it('names the backend that is not ready and what its health check said', () => {
    const detail = {
      error: 'backend_not_ready',
      backend_class: 'gpu_heavy',
      message: 'not ready',
      health_error: 'ConnectError: refused',
      available_count: 0,
    };
    expect(gatewayReplyError(reply(503, { detail }, { ...JSON_TYPE, 'retry-after': '30' }), NOW)).toMatchObject({
      code: 'gateway-backend-not-ready',
      facts: { retryAt: String(NOW + 30_000), backendClass: 'gpu_heavy', healthError: 'ConnectError: refused' },
    });
  });

  it.each([
    [429, { error: 'Rate limit exceeded: 5 per 1 minute' }, 'gateway-rate-limited', 'Rate limit exceeded: 5 per 1 minute'],
    [429, { detail: 'rate limit exceeded' }, 'gateway-rate-limited', 'rate limit exceeded'],
    [429, { detail: { error: 'quota_exceeded', message: 'Quota of this token is used up.' } }, 'gateway-rate-limited', 'used up.'],
    [503, { detail: 'shutting down' }, 'gateway-unavailable', 'shutting down.'],
    [503, { detail: { error: 'maintenance', message: 'Back at 5' } }, 'gateway-unavailable', 'Back at 5.'],
  ])('does not speak of slots or backends where a %i does not: %j', (status, body, code, words) => {
    const problem = gatewayReplyError(reply(status, body), NOW);
    expect(problem).toMatchObject({ code, retryable: true, message: expect.stringContaining(words) });
    expect(problem.message).not.toMatch(/slot|backend|\.\.$/);
  });

  it('says of a 502 that the reason is elsewhere, and of a timeout that the image may still come', () => {
    const refused = gatewayReplyError(reply(502, { detail: 'image backend error: HTTPStatusError: 422' }), NOW);
    expect(refused).toMatchObject({ code: 'gateway-backend-failed', layer: 'backend' });
    expect(refused.message).toContain('HTTPStatusError: 422');
    const message = `image backend error: HTTPStatusError: Server error '502 Bad Gateway' for url 'http://ada2:7860/v1/images/generations'`;
    expect(gatewayReplyError(reply(502, { detail: message }), NOW).message).toBe(
      'The backend behind the gateway, ada2:7860, responded with 502 Bad Gateway.',
    );
    expect(codeOf(reply(502, { detail: 'image backend error: ReadTimeout: ' }))).toBe('gateway-backend-slow');
  });

  it('repeats what was wrong with a request, in each of the three forms', () => {
    expect(gatewayReplyError(reply(400, { detail: "size must be like '1024x1024'" }), NOW).message).toContain("like '1024x1024'");
    expect(
      gatewayReplyError(reply(400, { detail: { error: 'capability_not_supported', message: 'no images here' } }), NOW).message,
    ).toContain('no images here');
    const missing = [
      { loc: ['body', 'prompt'], msg: 'field required', type: 'missing' },
      { loc: ['body'], msg: 'not an object' },
    ];
    expect(gatewayReplyError(reply(422, { detail: missing }), NOW).message).toContain('prompt: field required; not an object');
  });

  it('does not follow a redirect, and knows the rest', () => {
    expect(gatewayReplyError(reply(307, '', { location: 'https://ai2:8800/v1' }), NOW).message).toContain('https://ai2:8800/v1');
    expect(codeOf(reply(404, { detail: 'Not Found' }))).toBe('gateway-path-unknown');
    expect(codeOf(reply(413, 'request too large', { 'content-type': 'text/plain' }))).toBe('gateway-request-too-large');
    expect(codeOf(reply(500, 'Internal Server Error', { 'content-type': 'text/plain' }))).toBe('gateway-failed');
    expect(codeOf(reply(418, ''))).toBe('gateway-unexpected-status');
  });

  it('is never at a loss, whatever came', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.oneof(fc.string(), fc.json()),
        fc.option(fc.string(), { nil: undefined }),
        (status, body, type) => {
          const problem = gatewayReplyError({ status, headers: { 'content-type': type, 'retry-after': body }, body }, NOW);
          expect(problem.code).toMatch(/^gateway-[a-z-]+$/);
          expect(problem.message.length).toBeLessThan(500);
          expect(problem.hint).not.toBe('');
        },
      ),
    );
  });
});

describe('an error body', () => {
  it("reads OpenAI's form, text that calls itself JSON, and nothing", () => {
    expect(readErrorBody('application/json', '{"error":{"message":"Unknown model","code":"model_not_found"}}')).toMatchObject({
      form: 'openai',
      message: 'Unknown model',
      word: 'model_not_found',
    });
    expect(readErrorBody('application/json', '{"detail": "torn')).toMatchObject({ form: 'text', message: '{"detail": "torn' });
    expect(readErrorBody('application/json', '"words"')).toMatchObject({ form: 'text', message: 'words' });
    expect(readErrorBody(undefined, ' \n')).toMatchObject({ form: 'empty', message: '' });
  });
});

describe('Retry-After', () => {
  it('is seconds or a date, and never a wait of years or of less than nothing', () => {
    expect(readRetryAfter('5', NOW)).toBe(5);
    expect(readRetryAfter(new Date(NOW + 30_000).toUTCString(), NOW)).toBe(30);
    expect(readRetryAfter(new Date(NOW - 30_000).toUTCString(), NOW)).toBe(0);
    expect(readRetryAfter('99999999', NOW)).toBe(86_400);
    for (const unreadable of [undefined, '', 'soon', '-5x']) expect(readRetryAfter(unreadable, NOW)).toBeNull();
  });
});
