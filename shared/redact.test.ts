import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from './redact.ts';

const SECRET = 'Zk3vQ9xW7tR2mN5p';

describe('redactSecrets', () => {
  it.each([
    `INFO: 127.0.0.1:40112 - "GET /api/v1/images/i/a.png/full?token=${SECRET} HTTP/1.1" 200`,
    `"GET /api/v2/models/install?source=https%3A%2F%2Fhost&access_token=${SECRET}&inplace=false HTTP/1.1"`,
    `GET https://civitai.com/api/download/models/1?type=Model&TOKEN=${SECRET}`,
    `fetching https://user:${SECRET}@example.org/model.safetensors`,
    `redis://:${SECRET}@127.0.0.1:6379/0`,
    `https://cdn/x?X-Amz-Signature=${SECRET}&X-Amz-Date=20260101`,
    `https://cdn/x?Expires=1&Signature=${SECRET}&Key-Pair-Id=K1`,
    `> Authorization: Bearer ${SECRET}`,
    `authorization: Basic ${SECRET}`,
    `{'Authorization': 'Bearer ${SECRET}', 'Accept': '*/*'}`,
    `{"access_token": "${SECRET}", "source": "x"}`,
    `{"token":"${SECRET}`,
    `headers={"x-api-key": "${SECRET}"}`,
    `X-Api-Key: ${SECRET}`,
    `Cookie: session=${SECRET}; other=${SECRET}`,
    `sending bearer ${SECRET} to the backend`,
    `logged in with hf_${SECRET}`,
    `OPENAI sk-proj-${SECRET}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0${SECRET}.abcd${SECRET}`,
  ])('takes the secret out of %s', (text) => {
    expect(redactSecrets(text)).not.toContain(SECRET);
    expect(redactSecrets(text)).toContain('…');
    expect(redactSecrets(redactSecrets(text))).toBe(redactSecrets(text));
  });

  it.each([
    'INFO: 127.0.0.1:40112 - "GET /api/v1/queue/default/status HTTP/1.1" 200',
    '[2026-11-22 21:00:00,000]::[InvokeAI]::INFO --> Loaded model 4f2a (main) onto cuda in 1.20s. Total: 6.46GB',
    'GET /v1/models?raw=1&limit=20',
    'git@github.com:someone/repo.git and mail to me@example.org',
    'KeyError: token',
    'Prompt has 77 tokens; the rest is dropped',
    'http://127.0.0.1:9090/a@b',
  ])('leaves %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('keeps what is around the secret', () => {
    expect(redactSecrets(`GET /a?x=1&token=${SECRET}&y=2 HTTP/1.1`)).toBe('GET /a?x=1&token=…&y=2 HTTP/1.1');
    expect(redactSecrets(`https://me:${SECRET}@host/path`)).toBe('https://…@host/path');
    expect(redactSecrets(`Authorization: Bearer ${SECRET}`)).toBe('Authorization: Bearer …');
  });

  it('never throws and is done after once', () => {
    const unit = fc.constantFrom(
      '?',
      '&',
      'token',
      '=',
      'authorization',
      ':',
      ' ',
      '"',
      "'",
      'bearer ',
      'hf_',
      'abcdefgh',
      '://',
      '@',
      'u',
      '\\',
      '\n',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const once = redactSecrets(text);
        expect(redactSecrets(once)).toBe(once);
      }),
    );
  });
});
