import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('the environment of the shim', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({ mode: 'invokeai_queue', port: 9091, queueId: 'default', isStrict: true, timeoutMs: 300_000 });
    expect(readConfig({}).backendUrl.origin).toBe('http://127.0.0.1:9090');
    expect(readConfig({ SHIM_MODE: 'comfyui' }).backendUrl.origin).toBe('http://127.0.0.1:8188');
  });

  it('is that of an existing host', () => {
    const config = readConfig({
      ...{ SHIM_MODE: 'invokeai_queue', SHIM_PORT: '9191', SHIM_STRICT_MODEL: 'false', SHIM_POLL_INTERVAL_S: '0.5', SHIM_TIMEOUT_S: '60' },
      ...{
        INVOKEAI_DEFAULT_MODEL: 'Juggernaut XL v9',
        SHIM_MODEL_INPUT_MODE: 'id',
        SHIM_OUTPUT_NODE_ID: 'x',
        SHIM_GRAPH_INPUTS_FORMAT: '',
      },
      SHIM_MODEL_PRESETS_JSON: '{"GPU_fast":{"upstream_model":"SDXL Turbo","steps":4,"cfg_scale":0},"plain":"sd-v1-5"}',
    });
    expect(config).toMatchObject({ port: 9191, isStrict: false, pollMs: 500, timeoutMs: 60_000, defaultModel: 'Juggernaut XL v9' });
    expect(config.unused).toEqual(['SHIM_MODEL_INPUT_MODE', 'SHIM_OUTPUT_NODE_ID']);
    expect(config.presets.get('gpu_fast')).toEqual({ model: 'SDXL Turbo', steps: 4, guidance: 0, scheduler: null });
    expect(config.presets.get('plain')?.model).toBe('sd-v1-5');
  });

  it('takes the names of hosts with what people write beside them', () => {
    const config = readConfig({ SHIM_ALLOWED_HOSTS: 'https://gw.example.org:7860/, Images.Example.org:7860 other.example.' });
    expect(config.allowedHosts).toEqual(['gw.example.org', 'images.example.org', 'other.example']);
  });

  it.each([
    ['SHIM_MODE', 'invokeai'],
    ['SHIM_PORT', '99999'],
    ['SHIM_PORT', '80.5'],
    ['SHIM_MAX_IN_FLIGHT', '0'],
    ['SHIM_TIMEOUT_S', 'soon'],
    ['INVOKEAI_BASE_URL', '127.0.0.1:9090'],
    ['SHIM_MODEL_PRESETS_JSON', '{"a":'],
    ['SHIM_MODEL_PRESETS_JSON', '["a"]'],
    ['SHIM_MODEL_PRESETS_JSON', '{"a":{"steps":4}}'],
    ['SHIM_MODEL_PRESETS_JSON', '{"a":{"model":"m","steps":"four"}}'],
    ['SHIM_MODEL_PRESETS_JSON', '{"a":{"model":"m","scheduler":"dpm"}}'],
    ['SHIM_MODEL_PRESETS_JSON', '{"a":{"model":"m","steps":4.5}}'],
    ['SHIM_ALLOWED_HOSTS', '*.example.org'],
  ])('is refused by name: %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});
