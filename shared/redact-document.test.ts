import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DocumentKind, findSecrets, redactDocument } from './redact-document.ts';
import { createSecretValues } from './secret-values.ts';

const SECRET = 'Zk3vQ9xW7tR2mN5p';
const NONE = createSecretValues([]);
const clean = (text: string, kind: DocumentKind = 'settings', withPrompts = false): string =>
  redactDocument(text, { kind, values: NONE, withPrompts });

describe('a file of settings', () => {
  it.each([
    `GATEWAY_BEARER_TOKENS=${SECRET},other-${SECRET}`,
    `DB_PASS=${SECRET} and more`,
    `Environment="HF_TOKEN=${SECRET}" "A=b" "MY_PWD=${SECRET}"`,
    `export SESSION_SALT='${SECRET}'`,
    `# old: DB_PASSWORD=${SECRET}`,
    `password: ${SECRET}`,
    `remote_api_tokens:\n  - url_regex: civitai\n    token: ${SECRET}`,
    `tokens:\n- ${SECRET}\n- ${SECRET}2\nport: 1`,
    `secret: |\n  first ${SECRET}\n  ${SECRET}`,
    `API_KEY="first\n${SECRET}\nlast"`,
    `ADMIN_PASSWORD=abc\\\n${SECRET}`,
    `proxy_set_header Authorization "Basic ${SECRET}";`,
    `proxy_set_header X-Api-Key ${SECRET};`,
    `set $token "${SECRET}";`,
    `if ($http_x_token != "${SECRET}") { return 401; }`,
    `DATABASE_DSN=postgres://user:${SECRET}@db/x`,
    `BACKEND_URL=http://user:${SECRET}@127.0.0.1:9090`,
    `WEBHOOK_URL=https://hooks.example/T0/${SECRET}`,
    `{"gateway": {"cookie": "${SECRET}"}}`,
    `{"password":"first\\"${SECRET}"}`,
    `proxy_set_header X-Secret ${SECRET};`,
    `fastcgi_param API_KEY ${SECRET};`,
    `set $token ${SECRET};`,
    `ExecStart=/opt/a --port 1 --token \\\n    ${SECRET} --root /srv`,
  ])('loses the secret of %s', (text) => {
    expect(clean(text)).not.toContain(SECRET);
    expect(clean(clean(text))).toBe(clean(text));
  });

  it.each([
    'IMAGES_BACKEND_CLASS=gpu_heavy',
    'max_cache_vram_gb: 40',
    'SHIM_PORT=9091\nINVOKEAI_BASE_URL=http://127.0.0.1:9090',
    'ExecStart=/opt/invokeai/.venv/bin/invokeai-web --root /var/lib/invokeai',
    'ssl_certificate_key /etc/ssl/private/ada.key;',
    'proxy_set_header Authorization $http_authorization;',
    'set $cache_key $scheme$uri;',
    'backends:\n  gpu_heavy:\n    max_tokens: 77\n    base_url: http://10.0.0.2:7860',
  ])('keeps %s', (text) => {
    expect(clean(text)).toBe(text);
  });
});

describe('a private key', () => {
  const body = Array.from({ length: 6 }, (_, i) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj${i}AgEAAoIBAQC7VJTUt9Us8cKj`);
  const lines = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'];
  it.each([
    ['as a file', lines.join('\n')],
    ['line by line in a log', lines.map((line, i) => `176427745${i}.1 gpu-host python[1]: ${line}`).join('\n')],
    [
      'of which only the end is there',
      lines
        .slice(3)
        .map((line) => `1764277455.1 gpu-host python[1]: ${line}`)
        .join('\n'),
    ],
    ['that is cut', lines.slice(0, 5).join('\n')],
    ['in JSON', JSON.stringify({ key: lines.join('\n') })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ key: lines.join('\n') }) })],
  ])('is removed %s', (_how, text) => {
    const left = clean(text, 'log');
    for (const line of body) expect(left).not.toContain(line.slice(0, 30));
  });
});

describe('a secret that one document shows', () => {
  const found = findSecrets([{ kind: 'settings', text: `GATEWAY_TOKEN=${SECRET}\nPORT=1\nMODE=production` }]);
  const values = createSecretValues(['hunter2'], found);
  it('is found, and nothing else', () => {
    expect(found).toEqual([SECRET]);
  });
  it.each([
    ['bare', `started with ${SECRET}`],
    ['in a file name', `/var/lib/${SECRET}.json`],
    ['in base64', `data ${btoa(SECRET)}`],
    ['in base64 after other bytes', `data ${btoa(`me:${SECRET}`)} ${btoa(`you:${SECRET}`)} ${btoa(`x:${SECRET}, more`)}`],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in an address', `x%3D${encodeURIComponent(SECRET)}`],
    ['in JSON', JSON.stringify({ a: JSON.stringify({ b: SECRET }) })],
  ])('is removed from the others %s', (_how, text) => {
    const left = redactDocument(text, { kind: 'log', values, withPrompts: true });
    expect(left).not.toContain(SECRET);
    expect(left).not.toContain(btoa(SECRET).slice(2, 18));
    expect(left).not.toContain(Buffer.from(SECRET).toString('hex'));
  });
  it('and one that the panel holds, however short', () => {
    expect(redactDocument('typed hunter2 here', { kind: 'log', values, withPrompts: true })).toBe('typed … here');
    const hard = createSecretValues(['pa"ss\\wörd+/']);
    for (const text of [
      'pa"ss\\wörd+/',
      JSON.stringify('pa"ss\\wörd+/'),
      encodeURIComponent('pa"ss\\wörd+/'),
      Buffer.from('pa"ss\\wörd+/').toString('base64'),
    ])
      expect(hard.removeFrom(`x ${text} y`)).toMatch(/^x ["…]/);
  });
});

describe('prompts', () => {
  it.each([
    '{"path":"/v1/images/generations","prompt":"a red fox"}',
    '{"positive_prompt": "a red fox", "seed": 1}',
    `{'prompt': 'a red fox'}`,
    JSON.stringify({ body: JSON.stringify({ prompt: 'a red fox' }) }),
    'generating, prompt: a red fox',
    `ImageRequest(prompt='a red fox', n=1)`,
    'ImageRequest(n=1, negative_prompt="not a red fox")',
    `call(messages=[{'role': 'user', 'content': 'a red fox'}])`,
    '{"messages":[{"role":"user","content":"a red fox"}]}',
  ])('are left out of %s', (text) => {
    expect(clean(text, 'log')).not.toContain('red fox');
    expect(clean(text, 'log', true)).toContain('red fox');
  });
  it('are no names of nodes, and the rest of a line remains', () => {
    expect(clean('{"status":200,"prompt":"x y","ts":1}', 'log')).toBe('{"status":200,"prompt":"[prompt removed]","ts":1}');
    expect(clean('got prompt', 'log')).toBe('got prompt');
  });
});

describe('any text', () => {
  const unit = fc.constantFrom(
    ...['token', 'key', '=', ':', ' ', '"', "'", '\n', '- ', '|', '\\', '-----BEGIN PRIVATE KEY-----', '-----END PRIVATE KEY-----'],
    ...['prompt', '{', 'abcdefgh1', 'hf_', 'Environment=', '  ', ';', '$'],
  );
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), fc.constantFrom<DocumentKind>('settings', 'log'), (text, kind) => {
        const values = createSecretValues([], findSecrets([{ text, kind }]));
        redactDocument(text, { kind, values, withPrompts: false });
      }),
      { numRuns: 500 },
    );
  });
  it('is done in linear time', () => {
    const elapsedOf = (size: number): number => {
      const startedAt = performance.now();
      for (const part of ['token=', '"', 'A1b', "prompt: '", '-----BEGIN PRIVATE KEY-----', ' key "'])
        redactDocument(part.repeat(size / part.length), { kind: 'settings', values: NONE, withPrompts: false });
      return performance.now() - startedAt;
    };
    elapsedOf(10_000);
    expect(elapsedOf(400_000)).toBeLessThan(2_500);
  });
});

it('ends a document of more lines than a log has with a mark', () => {
  const text = clean(`${'x\n'.repeat(200_000)}token=abc123`, 'log');
  expect(text).toHaveLength(400_001);
  expect(text.endsWith('x\n…')).toBe(true);
});

it('removes a secret that goes on after a line that is too long to be shown', () => {
  expect(clean(`API_TOKEN=${'a'.repeat(20_000)}\\\n${SECRET}\nport: 9090`)).toBe('API_TOKEN=…\n…\nport: 9090');
});
