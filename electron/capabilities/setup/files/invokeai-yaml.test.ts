import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INVOKEAI_KEYS } from './invokeai-keys.ts';
import { applyInvokeAiSettings, renderInvokeAiYaml } from './invokeai-yaml.ts';
import { readInvokeAiYaml } from './invokeai-yaml-read.ts';
import { translateInvokeAiYaml } from './invokeai-yaml-translate.ts';

const NEW = { version: '6.14.2' };
const OLD = { version: '6.10.0' };
const UNKNOWN = { version: null };
const SETTINGS = {
  host: '127.0.0.1',
  port: 9090,
  precision: 'float16',
  max_cache_ram_gb: 16,
  device_working_mem_gb: 4,
  enable_partial_loading: true,
  log_format: 'plain',
  multiuser: false,
  allow_origins: ['https://ada2:8800'],
} as const;

/** The file of the guide that this project started from. */
const GUIDE = `InvokeAI:
  Web Server:
    host: 0.0.0.0
    port: 7860
    allow_origins: ["https://ada2:8800", "https://127.0.0.1:8800"]

  Generation:
    sequential_guidance: false
    precision: float16
    max_cache_size: 6.0

  Model Cache:
    ram: 16.0
    vram: 40.0

  Paths:
    models_dir: models
    outputs_dir: outputs
`;

const OPERATORS = `# Ours.
schema_version: 4.0.2
host: 0.0.0.0     # the LAN

ram: 12
vram: 40   # of 46
remote_api_tokens:
  - url_regex: civitai.com
    token: secret
node_cache_size: 100
`;

describe('renderInvokeAiYaml', () => {
  it('writes the keys that the server knows, in its order', () => {
    expect(
      renderInvokeAiYaml(SETTINGS, NEW).text,
    ).toBe(`# Installed by Ada Panel. Changes made here are shown before the next setup run replaces them.
schema_version: 4.0.3
host: 127.0.0.1
port: 9090
allow_origins: [https://ada2:8800]
log_format: plain
max_cache_ram_gb: 16
device_working_mem_gb: 4
enable_partial_loading: true
precision: float16
multiuser: false
`);
  });

  it('leaves out what an older or unknown server would refuse to start with, and says so', () => {
    for (const server of [OLD, UNKNOWN]) {
      const { text, dropped } = renderInvokeAiYaml(SETTINGS, server);
      expect(text).toContain('schema_version: 4.0.2\n');
      expect(text).not.toContain('multiuser');
      expect(dropped).toEqual([{ key: 'multiuser', reason: 'Not a setting of this InvokeAI; multiuser needs 6.12.' }]);
    }
  });

  it('believes the keys that the server itself names', () => {
    const { text, dropped } = renderInvokeAiYaml(SETTINGS, { version: null, keys: ['schema_version', 'host', 'port', 'multiuser'] });
    expect(text).toContain('multiuser: false\n');
    expect(dropped.map(({ key }) => key)).toContain('precision');
  });

  it('writes no value that the server refuses', () => {
    expect(renderInvokeAiYaml({ precision: 'float8', port: 'ninety' }, NEW).dropped).toEqual([
      { key: 'precision', reason: 'The value must be one of auto, float16, bfloat16, float32.' },
      { key: 'port', reason: 'The value must be a whole number.' },
    ]);
  });

  it('is read back without a finding, whatever the settings', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()), fc.double({ noNaN: true }));
    const server = fc.constantFrom(NEW, OLD, UNKNOWN);
    const settings = fc.dictionary(
      fc.constantFrom(...INVOKEAI_KEYS.keys()).filter((key) => key !== 'schema_version'),
      value,
    );
    fc.assert(
      fc.property(settings, server, (wanted, at) => {
        const { text } = renderInvokeAiYaml(wanted, at);
        expect(readInvokeAiYaml(text, at).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(text).toBe(renderInvokeAiYaml(wanted, at).text);
      }),
    );
  });
});

describe('readInvokeAiYaml', () => {
  const messages = (text: string, server: Parameters<typeof readInvokeAiYaml>[1] = NEW) =>
    readInvokeAiYaml(text, server).findings.map(({ severity, line, message }) => `${severity} ${line}: ${message}`);

  it('finds nothing in a good file', () => {
    expect(messages('schema_version: 4.0.3\nhost: 0.0.0.0\nmax_cache_vram_gb:\ndevice: cuda:1\n')).toEqual([]);
  });

  it('names what stops the server, with the line', () => {
    expect(messages('host: 1\nmultiuser: true\nram: 4\nhots: x\nprecision: half\nprecision: double\n', OLD)).toEqual([
      'error null: schema_version is missing; InvokeAI does not start without it.',
      'error 1: host must be text; InvokeAI does not start with this value.',
      'error 2: multiuser needs InvokeAI 6.12; an older one does not start with it.',
      'warning 3: ram has had no effect since InvokeAI 5.6.',
      'error 4: hots is no setting of InvokeAI; it does not start with it.',
      'warning 5: precision is set twice; the last one counts.',
      'error 6: precision must be one of auto, float16, bfloat16, float32; InvokeAI does not start with this value.',
    ]);
  });

  it('judges schema_version by the server', () => {
    expect(messages('schema_version: 4.0.3\n', OLD)).toEqual([
      'error 1: schema_version is 4.0.3; this InvokeAI reads up to 4.0.2 and does not start.',
    ]);
    expect(messages('schema_version: 4.0.2\n', NEW)).toEqual([
      'warning 1: schema_version is 4.0.2; InvokeAI rewrites the file without its comments at the next start.',
    ]);
    for (const version of ['4.0.2', '4.0.3']) expect(messages(`schema_version: ${version}\n`, UNKNOWN)).toEqual([]);
    expect(messages('schema_version: 4.0\n', NEW)).toHaveLength(1);
  });

  it('tells an empty, a broken and a nested file apart', () => {
    expect(readInvokeAiYaml('# nothing\n', NEW)).toMatchObject({ form: 'empty', findings: [{ severity: 'error' }] });
    expect(readInvokeAiYaml('', NEW)).toMatchObject({ form: 'empty' });
    expect(readInvokeAiYaml('host: [\n', NEW)).toMatchObject({ form: 'broken', findings: [{ severity: 'error', line: 2 }] });
    expect(readInvokeAiYaml('- a\n', NEW)).toMatchObject({ form: 'broken', findings: [{ line: 1 }] });
    expect(readInvokeAiYaml(GUIDE, NEW)).toMatchObject({ form: 'nested', findings: [{ severity: 'warning', line: 1 }] });
    expect(readInvokeAiYaml('InvokeAI:\n', NEW)).toMatchObject({ form: 'nested', findings: [{ severity: 'error' }] });
  });

  it('leaves keys of a server newer than the list alone', () => {
    expect(messages('schema_version: 4.0.3\nbrand_new: 1\n', { version: '6.20.0' })).toEqual([]);
  });

  it('never throws', () => {
    const line = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-z_]{1,12}: .{0,20}$/),
      fc.constantFrom('InvokeAI:', '  Paths:', '    ram: 1', 'schema_version: 4.0.2'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom(NEW, OLD, UNKNOWN), (lines, server) => {
        const text = lines.join('\n');
        expect(['empty', 'broken', 'nested', 'flat']).toContain(readInvokeAiYaml(text, server).form);
        const { text: applied } = applyInvokeAiSettings(text, SETTINGS, server);
        expect(readInvokeAiYaml(applied, server)).toMatchObject({ form: 'flat', values: { host: '127.0.0.1', port: 9090 } });
        expect(applyInvokeAiSettings(applied, SETTINGS, server).text).toBe(applied);
      }),
      { numRuns: 30 },
    );
  });
});

describe('translateInvokeAiYaml', () => {
  it('translates the nested file of the guide and names what it drops', () => {
    expect(translateInvokeAiYaml(GUIDE, NEW)).toMatchObject({
      form: 'nested',
      settings: {
        host: '0.0.0.0',
        port: 7860,
        allow_origins: ['https://ada2:8800', 'https://127.0.0.1:8800'],
        sequential_guidance: false,
        precision: 'float16',
        max_cache_ram_gb: 16,
        models_dir: 'models',
        outputs_dir: 'outputs',
      },
      renamed: [{ from: 'ram', to: 'max_cache_ram_gb' }],
      dropped: [
        { key: 'max_cache_size', reason: 'Another setting of the RAM cache is used.' },
        { key: 'vram', reason: 'InvokeAI measures free VRAM itself. Set max_cache_vram_gb to leave room for other programs.' },
      ],
    });
  });

  it('gives older keys their names of today', () => {
    const text = `InvokeAI:
  Old:
    outdir: out
    conf_path: configs/models.yaml
    always_use_cpu: true
    tiled_decode: true
    png_compress_level: 6
    precision: autocast
    legacy_conf_dir: configs/stable-diffusion
    xformers_enabled: true
    internet_available: true
    lora_dir: loras
    nonsense: 1
`;
    const { settings, renamed, dropped } = translateInvokeAiYaml(text, NEW);
    expect(settings).toEqual({
      outputs_dir: 'out',
      legacy_models_yaml_path: 'configs/models.yaml',
      device: 'cpu',
      force_tiled_decode: true,
      pil_compress_level: 6,
      precision: 'auto',
    });
    expect(renamed.map(({ from }) => from)).toEqual(['outdir', 'conf_path', 'always_use_cpu', 'tiled_decode', 'png_compress_level']);
    expect(dropped.map(({ key }) => key)).toEqual(['legacy_conf_dir', 'xformers_enabled', 'internet_available', 'lora_dir', 'nonsense']);
  });

  it('reports a broken file with its line and has no settings then', () => {
    expect(translateInvokeAiYaml('InvokeAI:\n  Web Server:\n host: x\n', NEW)).toMatchObject({
      form: 'broken',
      settings: {},
      findings: [{ severity: 'error', line: 2 }],
    });
  });
});

describe('applyInvokeAiSettings', () => {
  it('edits a flat file in place: comments, order and other settings of the operator stay', () => {
    const { text, renamed, dropped } = applyInvokeAiSettings(OPERATORS, { host: '127.0.0.1', port: 9090 }, NEW);
    expect(text).toBe(`# Ours.
schema_version: 4.0.3
host: 127.0.0.1     # the LAN

remote_api_tokens:
  - url_regex: civitai.com
    token: secret
node_cache_size: 100
max_cache_ram_gb: 12
port: 9090
`);
    expect(renamed).toEqual([{ from: 'ram', to: 'max_cache_ram_gb' }]);
    expect(dropped.map(({ key }) => key)).toEqual(['vram']);
  });

  it('removes keys that stop this server, and adds a missing schema_version', () => {
    expect(applyInvokeAiSettings('multiuser: true\nhost: a\n', {}, OLD).text).toBe('host: a\nschema_version: 4.0.2\n');
    expect(applyInvokeAiSettings('schema_version: 4.0.3\n', {}, OLD).text).toBe('schema_version: 4.0.2\n');
  });

  it('replaces a nested file by its translation', () => {
    const { text } = applyInvokeAiSettings(GUIDE, { port: 9090, host: '127.0.0.1', log_format: 'plain' }, NEW);
    expect(text).toContain('port: 9090\nallow_origins: [https://ada2:8800, https://127.0.0.1:8800]\n');
    expect(readInvokeAiYaml(text, NEW).findings).toEqual([]);
  });

  it('changes nothing when all is there', () => {
    const { text } = applyInvokeAiSettings(null, SETTINGS, NEW);
    expect(applyInvokeAiSettings(text, SETTINGS, NEW).text).toBe(text);
  });
});
