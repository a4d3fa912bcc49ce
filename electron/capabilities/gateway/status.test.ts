import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GatewayStatus, parseGatewayStatus } from './status.ts';

const read = (document: unknown): GatewayStatus => {
  const status = parseGatewayStatus(typeof document === 'string' ? document : JSON.stringify(document));
  if ('code' in status) throw new Error(status.message);
  return status;
};

describe("the gateway's status", () => {
  it('has slots by class and kind and backends by name, sorted, however they came', () => {
    const status = read({
      admission_control: {
        'ollama.embeddings': { limit: 4, available: 4, inflight: 0 },
        'gpu_heavy.images': { limit: 2, available: 0, inflight: 2 },
      },
      backend_health: {
        ollama: { healthy: true, ready: true, last_check: 1795381442.385, error: null },
        gpu_heavy: { healthy: true, ready: false, last_check: 1795381440, error: '' },
      },
    });
    expect(status.admission).toEqual([
      { backendClass: 'gpu_heavy', routeKind: 'images', limit: 2, available: 0, inflight: 2 },
      { backendClass: 'ollama', routeKind: 'embeddings', limit: 4, available: 4, inflight: 0 },
    ]);
    expect(status.health).toEqual([
      { name: 'gpu_heavy', isHealthy: true, isReady: false, checkedAt: 1795381440_000, error: null },
      { name: 'ollama', isHealthy: true, isReady: true, checkedAt: 1795381442_385, error: null },
    ]);
  });

  it('leaves unknown what is missing or makes no sense, and keeps the rows', () => {
    expect(read({ backend_health: {} })).toEqual({ admission: null, health: [] });
    expect(read({ admission_control: { odd: null, 'a.b.images': { limit: '2', available: -1 } }, backend_health: { x: 7 } })).toEqual({
      admission: [
        { backendClass: 'a.b', routeKind: 'images', limit: null, available: null, inflight: null },
        { backendClass: 'odd', routeKind: '', limit: null, available: null, inflight: null },
      ],
      health: [{ name: 'x', isHealthy: null, isReady: null, checkedAt: null, error: null }],
    });
  });

  it('is an error in words for what is no status: a page, a torn document, another service', () => {
    for (const body of ['', '<html>', '{"admission_control": {"gpu', '[]', 'null', '{"ok":true}']) {
      expect(parseGatewayStatus(body), body).toMatchObject({ code: 'gateway-status-unreadable', layer: 'gateway' });
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => void parseGatewayStatus(body)));
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, h) => void read({ admission_control: a, backend_health: h })));
  });
});
