import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PanelException, toPanelError } from '../../../../shared/errors.ts';
import { readDotenv } from '../../../foundation/files/dotenv.ts';
import { editBackendsYaml, readBackendsYaml } from './backends-yaml.ts';
import { editGatewayEnv, readGatewayEnv } from './gateway-env.ts';

const ENV = `# Auth
GATEWAY_BEARER_TOKEN=abc
DEFAULT_BACKEND=ollama   # ollama|mlx
# IMAGES_HTTP_BASE_URL=http://127.0.0.1:7860
export IMAGES_BACKEND = "mock"  # for now
GATEWAY_TOKEN_POLICIES_JSON={"a":{"b":1}}
a line of nothing
LAST='x y'`;

const YAML = `# The one source of routing.
backends:
  ollama:
    class: ollama
    base_url: http://127.0.0.1:11434
    concurrency_limits:
      chat: 4   # four

  # The big GPU.
  gpu_heavy:
    class: gpu_heavy
    base_url: http://ada2:7860
    supported_capabilities:
      - images
    concurrency_limits:
      images: 2 # at once
    health: {liveness: /healthz, readiness: /readyz}
  music:
    class: heartmula_music
    base_url: \${HEARTMULA_BASE_URL}
legacy_mapping:
  mlx: local_mlx
`;

const codeOf = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (thrown) {
    return toPanelError(thrown).code;
  }
};

describe('readDotenv', () => {
  it('reads as python-dotenv does', () => {
    expect(Object.fromEntries(readGatewayEnv(ENV))).toEqual({
      GATEWAY_BEARER_TOKEN: 'abc',
      DEFAULT_BACKEND: 'ollama',
      IMAGES_BACKEND: 'mock',
      GATEWAY_TOKEN_POLICIES_JSON: '{"a":{"b":1}}',
      LAST: 'x y',
    });
    expect(Object.fromEntries(readGatewayEnv('A="one\ntwo"\nB=\'it\\\'s\'\nC=a#b\nD= #c\nE="x\\ty"\nF="open\n'))).toEqual({
      A: 'one\ntwo',
      B: "it's",
      C: 'a#b',
      D: '#c',
      E: 'x\ty',
    });
  });

  it('never throws; its places are those of the assignments', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[AB='"#\\ \n]{0,30}$/)), (text) => {
        for (const { key, value, start, end } of readDotenv(text)) {
          expect(readDotenv(text.slice(start, end)).at(0)).toMatchObject({ key, value });
        }
      }),
    );
  });
});

describe('editGatewayEnv', () => {
  it('changes values in their place and keeps comments, order and other lines', () => {
    const edited = editGatewayEnv(ENV, {
      IMAGES_BACKEND: 'http_openai_images',
      IMAGES_BACKEND_CLASS: 'gpu_heavy',
      IMAGES_HTTP_BASE_URL: 'http://ada2:7860',
      DEFAULT_BACKEND: 'mlx',
    });
    expect(edited).toBe(`# Auth
GATEWAY_BEARER_TOKEN=abc
DEFAULT_BACKEND=mlx   # ollama|mlx
# IMAGES_HTTP_BASE_URL=http://127.0.0.1:7860
IMAGES_HTTP_BASE_URL=http://ada2:7860
export IMAGES_BACKEND=http_openai_images  # for now
GATEWAY_TOKEN_POLICIES_JSON={"a":{"b":1}}
a line of nothing
LAST='x y'
IMAGES_BACKEND_CLASS=gpu_heavy
`);
    expect(editGatewayEnv(edited, { IMAGES_BACKEND: 'http_openai_images' })).toBe(edited);
  });

  it('quotes only what needs it, and refuses what the format cannot hold', () => {
    expect(editGatewayEnv('', { A: 'Juggernaut XL v9' })).toBe('A=Juggernaut XL v9\n');
    expect(editGatewayEnv('', { A: 'a #b' })).toBe('A="a #b"\n');
    expect(editGatewayEnv('', { A: '"a" #b' })).toBe('A="\\"a\\" #b"\n');
    for (const value of ['a\nB=1', '${HOME}', '"a\\']) expect(() => editGatewayEnv('', { A: value })).not.toThrow(TypeError);
    for (const value of ['a\nB=1', '${HOME}']) expect(() => editGatewayEnv('', { A: value })).toThrow(PanelException);
  });

  it('holds the values afterwards and no others change', () => {
    const value = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/);
    fc.assert(
      fc.property(
        fc.constantFrom(ENV, '', '# A=1\n', 'A="x" # "\nB=2\n'),
        fc.dictionary(fc.constantFrom('A', 'B', 'DEFAULT_BACKEND'), value),
        (text, changes) => {
          fc.pre(codeOf(() => editGatewayEnv(text, changes)) === null);
          expect(Object.fromEntries(readGatewayEnv(editGatewayEnv(text, changes)))).toEqual({
            ...Object.fromEntries(readGatewayEnv(text)),
            ...changes,
          });
        },
      ),
    );
  });
});

describe('backends_config.yaml', () => {
  it('is read by class', () => {
    expect(readBackendsYaml(YAML)).toEqual([
      { name: 'ollama', className: 'ollama', baseUrl: 'http://127.0.0.1:11434', capabilities: [], imagesLimit: null },
      { name: 'gpu_heavy', className: 'gpu_heavy', baseUrl: 'http://ada2:7860', capabilities: ['images'], imagesLimit: 2 },
      { name: 'music', className: 'heartmula_music', baseUrl: '${HEARTMULA_BASE_URL}', capabilities: [], imagesLimit: null },
    ]);
  });

  it('is edited in its place', () => {
    expect(editBackendsYaml(YAML, 'gpu_heavy', { imagesLimit: 1, baseUrl: 'http://10.0.0.9:7860' })).toBe(
      YAML.replace('images: 2 #', 'images: 1 #').replace('http://ada2:7860', 'http://10.0.0.9:7860'),
    );
    expect(editBackendsYaml(YAML, 'gpu_heavy', { imagesLimit: 2 })).toBe(YAML);
    expect(editBackendsYaml(YAML, 'heartmula_music', { imagesLimit: 1 })).toBe(
      YAML.replace(
        '    base_url: ${HEARTMULA_BASE_URL}\n',
        '    base_url: ${HEARTMULA_BASE_URL}\n    concurrency_limits:\n      images: 1\n',
      ),
    );
    expect(editBackendsYaml(YAML, 'ollama', { imagesLimit: 1 })).toBe(YAML.replace('four\n', 'four\n      images: 1\n'));
  });

  it('has errors by code', () => {
    expect(codeOf(() => editBackendsYaml(YAML, 'gpu_light', { imagesLimit: 1 }))).toBe('backend-class-missing');
    expect(codeOf(() => editBackendsYaml('backends: [', 'a', {}))).toBe('settings-file-broken');
    expect(codeOf(() => readBackendsYaml('other: 1\n'))).toBe('settings-file-broken');
    for (const change of [
      { imagesLimit: 0 },
      { imagesLimit: 1.5 },
      { baseUrl: 'ftp://a' },
      { baseUrl: 'http://u:p@a' },
      { baseUrl: 'ada2' },
    ]) {
      expect(codeOf(() => editBackendsYaml(YAML, 'gpu_heavy', change))).toBe('setup-bad-parameter');
    }
  });

  it('fails only with its own errors', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify({ backends: { a: value, b: { class: 'a' } } })),
        ),
        (text) => {
          expect([null, 'settings-file-broken', 'backend-class-missing']).toContain(
            codeOf(() => editBackendsYaml(text, 'a', { imagesLimit: 1 })),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
