import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../ada2/images-shim/config.ts';
import { PanelException } from '../../../../shared/errors.ts';
import { isOneLine } from './checked-words.ts';
import { carryShimEnv, editShimEnv, readShimEnv, shimBackendEnv } from './shim-env.ts';
import { readSystemdEnv, systemdEnvValue } from './systemd-env.ts';

const EXAMPLE = readFileSync(new URL('../../../../ada2/images-shim/shim.env.example', import.meta.url), 'utf8');
const startsWith = (settings: Readonly<Record<string, string>>) => readConfig(settings);

/** As the earlier shim shipped it, with more of its variables. */
const PYTHON = `# InvokeAI OpenAI Images Shim configuration
SHIM_MODE=invokeai_queue
SHIM_PORT=9092
INVOKEAI_BASE_URL=http://127.0.0.1:9090
INVOKEAI_QUEUE_ID=default
INVOKEAI_DEFAULT_MODEL=Juggernaut XL v9
SHIM_MODEL_PRESETS_JSON={"gpu_fast":{"model":"SDXL Turbo","steps":4,"cfg_scale":0},"gpu_slow":{"upstream_model":"Juggernaut XL v9","steps":30.5,"scheduler":"fancy"},"plain":"SDXL","empty":{}}
SHIM_MODEL_INPUT_MODE=id
SHIM_GRAPH_TEMPLATE_PATH=/var/lib/invokeai/openai_images_shim/graph_template.json
SHIM_TIMEOUT_S=forever
SHIM_SAVE_LAST_IMAGE_PATH=/var/lib/invokeai/openai_images_shim/last.png
SOMETHING=else
`;

describe('readSystemdEnv', () => {
  it('reads comments, quotes, escapes and continuations as systemd does', () => {
    const text = `# one\n; two\nA = plain value  \nB="quoted  " tail\nC='a\\n'\nD=one\\\ntwo\nE="x\\$y\\q\\"z"\nF={"a":"b c"}\nG=\nA=again\n`;
    expect(Object.fromEntries(readShimEnv(text))).toEqual({
      A: 'again',
      B: 'quoted  tail',
      C: 'a\\n',
      D: 'onetwo',
      E: 'x$y\\q"z',
      F: '{"a":"b c"}',
      G: '',
    });
  });

  it('names the lines that systemd ignores or reads in two ways', () => {
    expect(readSystemdEnv('word\nexport A=1\n# to be\\\nB=1\n').findings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '1 The line has no "="; it is ignored.',
      '2 The name is no name of a variable; the line is ignored.',
      '3 The comment ends in a backslash; systemd before 254 takes the next line for a part of it.',
    ]);
  });

  const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/);
  const value = fc.oneof(fc.stringMatching(/^[ -~\t]{0,20}$/), fc.json());

  it('reads back each value that was written', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (variables) => {
        const text = Object.entries(variables)
          .map(([name, set]) => `${name}=${systemdEnvValue(set)}\n`)
          .join('# note\n');
        expect(Object.fromEntries(readShimEnv(text))).toEqual(variables);
      }),
    );
  });

  it('never throws; its places are those of the assignments', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[AB=\\'" #;\n]{0,30}$/)), (text) => {
        for (const { key: name, value: set, start, end } of readSystemdEnv(text).assignments) {
          expect(readShimEnv(text.slice(start, end)).get(name)).toBe(set);
        }
      }),
    );
  });
});

describe('editShimEnv', () => {
  it('writes a new file', () => {
    expect(editShimEnv(null, shimBackendEnv('comfyui'))).toBe(
      '# Installed by Ada Panel. Changes made here are shown before the next setup run replaces them.\nSHIM_MODE=comfyui\nCOMFYUI_BASE_URL=http://127.0.0.1:8188\n',
    );
  });

  it('changes a value in its place, and puts a new one below the comment that shows it', () => {
    const edited = editShimEnv(EXAMPLE, { SHIM_MODE: 'comfyui', SHIM_TIMEOUT_S: '120', SHIM_REQUIRE_GPU: null, OTHER: 'x' });
    expect(edited).toBe(
      `${EXAMPLE.replace('SHIM_MODE=invokeai_queue', 'SHIM_MODE=comfyui')
        .replace('#SHIM_TIMEOUT_S=300\n', '#SHIM_TIMEOUT_S=300\nSHIM_TIMEOUT_S=120\n')
        .replace('SHIM_REQUIRE_GPU=true\n', '')}OTHER=x\n`,
    );
    expect(editShimEnv(edited, { SHIM_MODE: 'comfyui', OTHER: 'x' })).toBe(edited);
  });

  it('holds the values afterwards, whatever the text was', () => {
    const texts = fc.oneof(fc.constant(EXAMPLE), fc.constant(PYTHON), fc.stringMatching(/^([A-C]=["'a-c ]{0,4}\n|#[A-C]=\n|\n){0,6}$/));
    const values = fc.dictionary(fc.constantFrom('A', 'B', 'SHIM_MODE'), fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/));
    fc.assert(
      fc.property(texts, values, (text, changes) => {
        fc.pre(readSystemdEnv(text).assignments.every(({ start, end }) => !text.slice(start, end).includes('\n')));
        const edited = readShimEnv(editShimEnv(text, changes));
        for (const [key, set] of Object.entries(changes)) expect(edited.get(key)).toBe(set);
        for (const [key, set] of readShimEnv(text)) if (!(key in changes)) expect(edited.get(key)).toBe(set);
      }),
    );
  });

  it('refuses a value of several lines', () => {
    expect(() => editShimEnv(null, { SHIM_MODE: 'a\nSHIM_PORT=1' })).toThrow(PanelException);
  });
});

describe('carryShimEnv', () => {
  it('carries the settings of the Python shim over, and names what it drops and why', () => {
    const { settings, carried, dropped } = carryShimEnv(PYTHON);
    expect(settings).toEqual({
      SHIM_MODE: 'invokeai_queue',
      INVOKEAI_BASE_URL: 'http://127.0.0.1:9090',
      INVOKEAI_QUEUE_ID: 'default',
      INVOKEAI_DEFAULT_MODEL: 'Juggernaut XL v9',
      SHIM_MODEL_PRESETS_JSON:
        '{"gpu_fast":{"model":"SDXL Turbo","steps":4,"cfg_scale":0},"gpu_slow":{"model":"Juggernaut XL v9"},"plain":{"model":"SDXL"}}',
      SHIM_SAVE_LAST_IMAGE_PATH: '/var/lib/ada-images-shim/last.png',
    });
    expect(carried).toEqual(Object.keys(settings));
    expect(dropped.map(({ key }) => key)).toEqual([
      'SHIM_PORT',
      'SHIM_MODEL_PRESETS_JSON.gpu_slow.steps',
      'SHIM_MODEL_PRESETS_JSON.gpu_slow.scheduler',
      'SHIM_MODEL_PRESETS_JSON.empty',
      'SHIM_MODEL_INPUT_MODE',
      'SHIM_GRAPH_TEMPLATE_PATH',
      'SHIM_TIMEOUT_S',
      'SOMETHING',
    ]);
    expect(startsWith(settings)).toMatchObject({ mode: 'invokeai_queue', timeoutMs: 300_000 });
  });

  it('drops stub mode and presets that are no JSON', () => {
    expect(carryShimEnv('SHIM_MODE=stub\nSHIM_MODEL_PRESETS_JSON={broken\n').dropped).toEqual([
      { key: 'SHIM_MODE', reason: 'Stub mode returns one pixel for every prompt.' },
      { key: 'SHIM_MODEL_PRESETS_JSON', reason: 'It is no JSON object on one line.' },
    ]);
  });

  it('drops names of hosts that are nothing without their closing dot', () => {
    const hosts = (value: string) => carryShimEnv(`SHIM_ALLOWED_HOSTS=${value}\n`).carried;
    expect(hosts('images.example.org. a')).toEqual(['SHIM_ALLOWED_HOSTS']);
    expect(hosts('a,.')).toEqual([]);
  });

  it('carries only what our shim starts with', () => {
    const names = [...PYTHON.matchAll(/^(\w+)=/gm), ...EXAMPLE.matchAll(/^#?(\w+)=/gm)].flatMap(([, name]) => name ?? []);
    const preset = fc.dictionary(
      fc.constantFrom('model', 'upstream_model', 'steps', 'cfg_scale', 'guidance_scale', 'scheduler', 'x'),
      fc.jsonValue(),
    );
    const value = fc.oneof(
      fc.stringMatching(/^[ -~]{0,12}$/),
      fc.constantFrom('true', '0', '1.5', 'http://a', 'https://a', '1e3', 'Infinity', '0x10', 'images.example.org'),
      fc.dictionary(fc.string(), preset).map((presets) => JSON.stringify(presets)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (variables) => {
        const text = editShimEnv('', Object.fromEntries(Object.entries(variables).filter(([, set]) => isOneLine(set))));
        const { settings } = carryShimEnv(text);
        expect(() => startsWith(settings)).not.toThrow();
        expect(Object.fromEntries(readShimEnv(editShimEnv(null, settings)))).toEqual(settings);
      }),
      { numRuns: 200 },
    );
  });
});
