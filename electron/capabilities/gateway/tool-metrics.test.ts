import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToolMetrics } from './tool-metrics.ts';

/** The lines of one tool as the gateway writes them; `times` in ms. */
function lines(tool: string, status: 'ok' | 'error', times: readonly number[]): string {
  const labels = `tool="${tool}",status="${status}"`;
  const buckets = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000].map(
    (bound) => `gateway_tool_runtime_ms_bucket{${labels},le="${bound}"} ${times.filter((time) => time <= bound).length}`,
  );
  return [
    `gateway_tool_invocations_total{${labels}} ${times.length}`,
    `gateway_tool_runtime_ms_sum{${labels}} ${times.reduce((sum, time) => sum + time, 0)}`,
    ...buckets,
    `gateway_tool_runtime_ms_bucket{${labels},le="+Inf"} ${times.length}`,
  ].join('\n');
}

describe('how the tools of the gateway fared', () => {
  it('is told by tool: good ones, failed ones, the mean and a bound for the slowest', () => {
    const text = [
      '# gateway_metrics_generated 1795381442',
      '# TYPE gateway_requests_total counter',
      lines('noop', 'ok', [3, 9]),
      lines('noop', 'error', [120]),
      lines('http_fetch', 'ok', [40]),
    ].join('\n');
    expect(readToolMetrics(text)).toEqual([
      { tool: 'http_fetch', ok: 1, failed: 0, meanMs: 40, slowestBelowMs: 50 },
      { tool: 'noop', ok: 2, failed: 1, meanMs: 44, slowestBelowMs: 250 },
    ]);
  });

  it('leaves the slowest open where one took longer than every bound, and the mean where none ran', () => {
    expect(readToolMetrics(lines('slow', 'ok', [30_000, 5]))).toMatchObject([{ slowestBelowMs: null }]);
    expect(readToolMetrics(lines('idle', 'ok', []))).toMatchObject([{ ok: 0, failed: 0, meanMs: null, slowestBelowMs: null }]);
  });

  it('reads nothing of the request counters, which are announced and never filled', () => {
    expect(readToolMetrics('# TYPE gateway_requests_total counter\n# TYPE gateway_request_duration_ms_sum counter\n')).toEqual([]);
    expect(readToolMetrics('gateway_requests_total{path="/v1/models",status="200"} 5\nother{tool="x"} 1')).toEqual([]);
  });

  it('is not thrown off by a number that is none', () => {
    const text = 'gateway_tool_invocations_total{tool="a",status="ok"} NaN\ngateway_tool_invocations_total{tool="a",status="error"} 2';
    expect(readToolMetrics(text)).toEqual([{ tool: 'a', ok: 0, failed: 2, meanMs: 0, slowestBelowMs: null }]);
  });

  it('bounds every time there was, and adds up', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(times, times, (ok, failed) => {
        const [tool] = readToolMetrics(`${lines('a', 'ok', ok)}\n${lines('a', 'error', failed)}`);
        const all = [...ok, ...failed];
        expect(tool).toMatchObject({ ok: ok.length, failed: failed.length });
        const slowest = Math.max(0, ...all);
        if (tool?.slowestBelowMs !== null) expect(slowest).toBeLessThanOrEqual(tool?.slowestBelowMs ?? 0);
        else expect(all.length === 0 || slowest > 10_000).toBe(true);
      }),
    );
  });
});
