import { describe, expect, it } from 'vitest';
import { gatewayReplyError } from './reply-errors.ts';

const NOW = Date.UTC(2026, 0, 1);
const HTML = 'text/html; charset=utf-8';
const nginx = (title: string, more = ''): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title.slice(0, 3)} Bad Request</h1></center>${more}\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n`;
const problem = (status: number, type: string | undefined, body: string, headers: Record<string, string> = {}) =>
  gatewayReplyError({ status, headers: { 'content-type': type, ...headers }, body }, NOW);

describe('a proxy in front of the gateway is judged by its status first', () => {
  it.each([
    ['nginx', 504, HTML, nginx('504 Gateway Time-out'), 'gateway-proxy-timeout', true],
    ['Envoy', 504, 'text/plain', 'upstream request timeout', 'gateway-proxy-timeout', true],
    ['an empty one', 504, undefined, '', 'gateway-proxy-timeout', true],
    ['JSON of an API gateway', 504, 'application/json', '{"message": "Endpoint request timed out"}', 'gateway-proxy-timeout', true],
    [
      'Cloudflare',
      524,
      HTML,
      '<!DOCTYPE html><html><head><title>home.example | 524: A timeout occurred</title>',
      'gateway-proxy-timeout',
      true,
    ],
    ['nginx', 413, HTML, nginx('413 Request Entity Too Large'), 'gateway-request-too-large', false],
    ['nginx', 414, HTML, nginx('414 Request-URI Too Large'), 'gateway-request-too-large', false],
    ['nginx', 429, HTML, nginx('429 Too Many Requests'), 'gateway-proxy-rate-limited', true],
    ['text', 429, 'text/plain', 'Too Many Requests', 'gateway-proxy-rate-limited', true],
    ['nginx', 502, HTML, nginx('502 Bad Gateway'), 'gateway-proxy-cannot-reach', true],
    ['Traefik', 502, 'text/plain; charset=utf-8', 'Bad Gateway', 'gateway-proxy-cannot-reach', true],
    ['Caddy', 502, undefined, '', 'gateway-proxy-cannot-reach', true],
    ['Cloudflare', 521, HTML, '<html><title>521: Web server is down</title>', 'gateway-proxy-cannot-reach', true],
    [
      'HAProxy',
      503,
      HTML,
      '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>',
      'gateway-proxy-failed',
      true,
    ],
    ['Envoy', 503, 'text/plain', 'no healthy upstream', 'gateway-proxy-failed', true],
    ['nginx', 500, HTML, nginx('500 Internal Server Error'), 'gateway-proxy-failed', true],
    ['nginx', 400, HTML, nginx('400 No required SSL certificate was sent'), 'gateway-client-certificate-required', false],
    ['nginx', 400, HTML, nginx('400 The SSL certificate error'), 'gateway-client-certificate-required', false],
    ['an error_page of nginx', 495, HTML, '<html>sorry', 'gateway-client-certificate-required', false],
    ['an error_page of nginx', 496, undefined, '', 'gateway-client-certificate-required', false],
    ['nginx', 400, HTML, nginx('400 The plain HTTP request was sent to HTTPS port'), 'gateway-proxy-tls', false],
    ["Go's server", 400, 'text/plain', 'Client sent an HTTP request to an HTTPS server.\n', 'gateway-proxy-tls', false],
    ['Cloudflare', 526, HTML, '<title>526: Invalid SSL certificate</title>', 'gateway-proxy-tls', false],
    ['nginx', 401, HTML, nginx('401 Authorization Required'), 'gateway-proxy-login', false],
    ['Squid', 407, HTML, '<title>ERROR: Cache Access Denied</title>', 'gateway-proxy-login', false],
    ['nginx', 403, HTML, nginx('403 Forbidden'), 'gateway-proxy-forbids', false],
    ['nginx', 404, HTML, nginx('404 Not Found'), 'gateway-not-there', false],
    ['a sign-in page', 200, HTML, '<!doctype html><title>Welcome to the hotel</title>', 'gateway-not-there', true],
  ] as const)('%s, %i', (_who, status, type, body, code, retryable) => {
    const reported = problem(status, type, body);
    expect(reported).toMatchObject({ code, retryable, facts: { status: String(status) } });
    expect(reported.message.length).toBeLessThan(300);
    expect(reported.hint).not.toBe('');
  });

  it('warns on a timeout that the image may still be in progress, and names the proxy', () => {
    const reported = problem(504, HTML, nginx('504 Gateway Time-out'), { server: 'nginx/1.24.0' });
    expect(reported.message).toBe(
      'A proxy in front of the gateway (nginx/1.24.0) stopped waiting for the gateway (504). The image may still be in progress.',
    );
  });

  it.each([
    [413, 'text/plain; charset=utf-8', 'request too large', 'gateway-request-too-large', 'allows'],
    [500, 'text/plain; charset=utf-8', 'Internal Server Error', 'gateway-failed', 'Internal Server Error'],
    [429, 'application/json', '{"detail": {"error": "backend_overloaded"}}', 'gateway-overloaded', 'slots'],
    [502, 'application/json', '{"detail": "image backend error: ConnectError: refused"}', 'gateway-backend-failed', 'backend'],
    [503, 'application/json', '{"detail": {"error": "backend_not_ready"}}', 'gateway-backend-not-ready', 'not ready'],
    [401, 'application/json', '{"detail": "Missing bearer token"}', 'gateway-token-missing', 'token'],
  ])('attributes the gateway’s %i to the gateway', (status, type, body, code, words) => {
    const reported = problem(status, type, body, { server: 'nginx' });
    expect(reported.code).toBe(code);
    expect(reported.message).toContain(words);
    expect(reported.message).not.toContain('proxy');
  });
});
