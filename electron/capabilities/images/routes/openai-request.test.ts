import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../../shared/capabilities/images/contract.ts';
import { curlOf, openAiBody } from './openai-request.ts';

const PARAMETERS: ImageParameters = {
  prompt: 'a lighthouse',
  negativePrompt: '',
  width: 512,
  height: 768,
  steps: 20,
  guidance: 7,
  seed: 4711,
  model: null,
  scheduler: null,
  count: 2,
};
const GATEWAY = { address: 'https://ai2:8800/', hasToken: true, isOwnCertificate: true } as const;

/** The words a shell makes of commands, each run as the arguments of printf. */
function wordsOf(commands: readonly string[], token: string): string[][] {
  const script = commands.map((command) => `printf '%s\\0' ${command}; printf '\\0'`).join('\n');
  const output = execFileSync('/bin/sh', ['-c', script], { env: { GATEWAY_TOKEN: token }, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return output
    .split('\0\0')
    .slice(0, -1)
    .map((words) => words.split('\0'));
}

describe('the body', () => {
  it('says only what was chosen, always the seed, and asks for the image itself', () => {
    expect(openAiBody(PARAMETERS)).toEqual({
      prompt: 'a lighthouse',
      n: 2,
      size: '512x768',
      steps: 20,
      guidance_scale: 7,
      seed: 4711,
      response_format: 'b64_json',
    });
    expect(openAiBody({ ...PARAMETERS, negativePrompt: 'fog', model: 'Dreamshaper 8', scheduler: 'euler', seed: 0 })).toMatchObject({
      negative_prompt: 'fog',
      model: 'Dreamshaper 8',
      scheduler: 'euler',
      seed: 0,
    });
  });
});

describe('the request as curl', () => {
  it('is the request that was sent, with the token for the reader to put in', () => {
    const text = curlOf({ ...GATEWAY, body: openAiBody(PARAMETERS) });
    const [words = []] = wordsOf([text], 'sesame');
    expect(words).toEqual([
      'curl',
      '-sS',
      '--cacert',
      'gateway-authority.pem',
      'https://ai2:8800/v1/images/generations',
      '-H',
      'content-type: application/json',
      '-d',
      JSON.stringify(openAiBody(PARAMETERS)),
      '-H',
      'authorization: Bearer sesame',
    ]);
    expect(text).not.toMatch(/Bearer (?!\$GATEWAY_TOKEN)/);
  });

  it('names neither token nor certificate where there is none', () => {
    const text = curlOf({ address: 'http://127.0.0.1:9091', body: {}, hasToken: false, isOwnCertificate: false });
    expect(text).toBe("curl -sS http://127.0.0.1:9091/v1/images/generations -H 'content-type: application/json' -d '{}'");
  });

  it.each([
    ['https://ai2:8800/v1', 'https://ai2:8800'],
    ['https://ai2:8800/v1/', 'https://ai2:8800'],
    ['https://home.example/gateway//', 'https://home.example/gateway'],
    ['https://home.example/gateway/v1', 'https://home.example/gateway'],
    ['https://home.example/v10', 'https://home.example/v10'],
  ])('goes where the panel itself sends it: %s', (address, base) => {
    const [words = []] = wordsOf([curlOf({ ...GATEWAY, address, body: {} })], 'sesame');
    expect(words).toContain(`${base}/v1/images/generations`);
  });

  it('stays one command with one body, whatever the prompt tries', () => {
    const nasty = fc.constantFrom(
      "'",
      '"',
      '`',
      '$(touch x)',
      '$GATEWAY_TOKEN',
      '\n',
      '\r',
      '\\',
      '!',
      ';',
      '\0',
      '@/etc/passwd',
      '’',
      '🍎',
    );
    const prompt = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(prompt, { minLength: 1, maxLength: 30 }), (prompts) => {
        const bodies = prompts.map((text) => openAiBody({ ...PARAMETERS, prompt: text, negativePrompt: text }));
        const commands = wordsOf(
          bodies.map((body) => curlOf({ ...GATEWAY, body })),
          'sesame',
        );
        expect(commands.map((words) => JSON.parse(words[8] ?? ''))).toEqual(bodies);
        expect(commands.map((words) => words.length)).toEqual(bodies.map(() => 11));
      }),
      { numRuns: 15 },
    );
  });
});
