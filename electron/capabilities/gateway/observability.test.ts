import { describe, expect, it } from 'vitest';
import { readUpstreams } from './observability.ts';

describe('the upstreams of the gateway', () => {
  it('are read by name, with status or error', () => {
    const upstreams = { ollama: { ok: true, status: 200 }, mlx: { ok: false, error: 'ConnectError: refused' }, odd: 7 };
    expect(readUpstreams(JSON.stringify({ ok: false, upstreams }))).toEqual([
      { name: 'mlx', isOk: false, message: 'ConnectError: refused' },
      { name: 'odd', isOk: null, message: '' },
      { name: 'ollama', isOk: true, message: 'status 200' },
    ]);
    for (const other of ['', '[]', '{"upstreams": []}', '<html>']) expect(readUpstreams(other)).toBeNull();
  });

  it('bring neither control characters nor secrets to the screen', () => {
    const upstreams = {
      'ol\u001b[31mla\u202ema': { ok: false, error: '\u001b]0;t\u0007no way to http://me:sesame@ai1:11434/?token=sesame' },
    };
    const [row] = readUpstreams(JSON.stringify({ upstreams })) ?? [];
    expect(row?.name).toBe('ollama');
    expect(row?.message).toMatch(/^no way to http:\/\/…@ai1:11434\/\?token=…$/);
  });
});
