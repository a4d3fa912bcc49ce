import { describe, expect, it } from 'vitest';
import { readReadiness } from './shim-readiness.ts';

describe('readReadiness', () => {
  it.each([
    ['ready', 200, '{"status":"ok","links":[]}', { isReady: true, reasons: [] }],
    [
      'not ready, by its links',
      503,
      '{"status":"not_ready","links":[{"name":"gpu","ok":true,"said":"fine"},{"name":"invokeai","ok":false,"said":"InvokeAI does not respond."}],"detail":"other"}',
      { isReady: false, reasons: ['InvokeAI does not respond.'] },
    ],
    ['an earlier shim', 503, '{"detail":"no model"}', { isReady: false, reasons: ['no model'] }],
    ['without a reason', 503, '{}', { isReady: false, reasons: [] }],
    ['control characters', 503, '{"detail":"a\\u001b[31mb"}', { isReady: false, reasons: ['ab'] }],
    ['a page', 200, '<html>', null],
    ['a server error without a document', 502, 'Bad Gateway', { isReady: false, reasons: [] }],
    ['a list', 200, '[]', null],
    ['an unknown path', 404, '{"detail":"Not Found"}', null],
  ])('%s', (_name, status, body, expected) => {
    expect(readReadiness({ status, body })).toEqual(expected);
  });
});
