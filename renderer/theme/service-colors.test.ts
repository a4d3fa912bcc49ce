import { describe, expect, it } from 'vitest';
import { DARK } from './palette.ts';
import { serviceColor } from './service-colors.ts';

describe('the colour of a service', () => {
  it('is the same for its unit, its instance and its program', () => {
    expect(serviceColor('comfyui.service')).toBe(serviceColor('comfyui@gpu1.service'));
    expect(serviceColor('/opt/invokeai/bin/invokeai-web')).toBe(serviceColor('invokeai'));
    expect(serviceColor('Nginx')).toBe(serviceColor('nginx.service'));
    expect(serviceColor('/usr/bin/blender')).toBe(serviceColor('blender'));
  });

  it('differs among the services that are usual on a host', () => {
    const usual = ['invokeai', 'invokeai-openai-images-shim', 'comfyui', 'nginx', 'ollama', 'ai-gateway'];
    expect(new Set(usual.map(serviceColor)).size).toBe(usual.length);
  });

  it('is one that the palettes have, for any name', () => {
    for (const name of ['', '@', 'a', 'b.service', 'python3.12', '名前', 'x'.repeat(400)]) {
      const [, variable = ''] = /^var\(--ada-(service\d)\)$/.exec(serviceColor(name)) ?? [];
      expect(Object.keys(DARK)).toContain(variable);
    }
  });
});
