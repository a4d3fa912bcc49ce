import fc from 'fast-check';
import { expect, it } from 'vitest';
import { showInvokeAiYaml } from './invokeai-yaml-shown.ts';

const TOKEN = 'wXyZ4711';

it('masks tokens and keys in every layout, and leaves all other lines', () => {
  const flat = [
    'schema_version: 4.0.3',
    'remote_api_tokens:',
    '- url_regex: civitai',
    `  token: ${TOKEN}`,
    'port: 9090',
    `external_openai_api_key: ${TOKEN}`,
    '# the end',
    '',
  ].join('\n');
  expect(showInvokeAiYaml(flat)).toBe('schema_version: 4.0.3\nremote_api_tokens: …\nport: 9090\nexternal_openai_api_key: …\n# the end\n');
  const nested = `InvokeAI:\n  Model Install:\n    remote_api_tokens: [{url_regex: x, token: ${TOKEN}}]\n    port: 9090\n`;
  expect(showInvokeAiYaml(nested)).toBe('InvokeAI:\n  Model Install:\n    remote_api_tokens: …\n    port: 9090\n');
  expect(showInvokeAiYaml(`remote_api_tokens:\n  - token: >-\n\n      ${TOKEN}\n`)).not.toContain(TOKEN);
});

it('leaves a text without secrets as it is, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/remote_api_tokens|external_/.test(text));
      expect(showInvokeAiYaml(text)).toBe(text);
    }),
  );
});
