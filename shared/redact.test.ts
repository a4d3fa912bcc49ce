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
    `python main.py --api-key ${SECRET} --port 1`,
    `python main.py --hf-token="${SECRET}"`,
    `python main.py --password=${SECRET}`,
    `curl -u user:${SECRET} https://host/x`,
    `curl -H "Authorization: Bearer ${SECRET}"`,
    `HF_TOKEN=${SECRET} python main.py`,
    `Environment="HUGGING_FACE_HUB_TOKEN=${SECRET}"`,
    `AWS_SECRET_ACCESS_KEY=${SECRET}`,
    `MYSQL_PASSWORD='${SECRET} and more'`,
    `GATEWAY_BEARER_TOKENS=${SECRET}`,
    `DB_PASS=${SECRET} started`,
    `python main.py --hf-token \\\n  ${SECRET}`,
    `{"body": "{\\"password\\": \\"first\\\\\\"${SECRET}\\"}"}`,
    `api_key: ${SECRET}`,
    `token=${SECRET}`,
    `{"huggingface_token": "${SECRET}"}`,
    `{"accessToken": "${SECRET}"}`,
    `{"privateKey": "${SECRET}"}`,
    `{"body": "{\\"token\\": \\"${SECRET}\\"}"}`,
    `[(b'authorization', b'Bearer ${SECRET}'), (b'x-api-key', b'${SECRET}')]`,
    `('Cookie', 'a=${SECRET}; b=${SECRET}')`,
    `X-Amz-Security-Token: ${SECRET}`,
    `GET /install?source=https%3A%2F%2Fhost%2Fx%3Ftoken%3D${SECRET}%26a`,
    `source=https%3A%2F%2Fuser%3A${SECRET}%40host%2Fx`,
    `https://host/x?X-Goog-Signature=${SECRET}`,
    `https://host/#access_token=${SECRET}`,
    `https://user:p@${SECRET}@host/x`,
    `GET /ws/socket.io/?EIO=4&sid=${SECRET}`,
    `npm_${SECRET} xoxb-${SECRET} AIza${SECRET}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz${SECRET}\n${SECRET}\n-----END OPENSSH PRIVATE KEY-----`,
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
    "KeyError: 'token'",
    'max_tokens=77, num_tokens: 123456789, tokenizer=CLIPTokenizer2',
    "{'pad_token': '<pad>', 'bos_token': '<|startoftext|>'}",
    'completion_tokens=512, tokens=77',
    'first_pass=done bypass=on',
    'PWD=/home/me SESSION=gnome KEYMAP=de',
    'Invalid token: expected a string',
    'python main.py --token-file /etc/token --port 8188 --keyframes 12',
    'usermod -u 1001 me; ssh -u; chown 0:0',
    '-----BEGIN CERTIFICATE-----',
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

  it.each([
    [`HF_TOKEN='abc'def`, 'HF_TOKEN=…'],
    [`--password "abc"def --port 1`, '--password … --port 1'],
    [`['--token=abc', '--port', '1']`, `['--token=…', '--port', '1']`],
  ])('takes %s for what a shell makes of it', (text, left) => {
    expect(redactSecrets(text)).toBe(left);
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
      'hf_token',
      '--password',
      '%3D',
      '%40',
      '%3A%2F%2F',
      '-u ',
      'api_key: 1',
      'cookie',
      ', b',
      '-----BEGIN PRIVATE KEY-----',
      'abcdefgh',
      '://',
      '@',
      'u',
      '\\',
      '\n',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const once = redactSecrets(text);
        expect(redactSecrets(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
