import type { ToolMetric } from '../../../shared/capabilities/gateway/contract.ts';
import { plainText } from '../../../shared/plain-text.ts';
import { type MetricSample, parseMetrics } from './prometheus.ts';

/**
 * Calls of the gateway's tools, from its `/metrics`: `gateway_tool_invocations_total{tool,status}`,
 * `gateway_tool_runtime_ms_sum` and `…_bucket{le}` (cumulative, without a `_count`). Its request counters are
 * declared but never populated, so they are not read. Sorted by tool.
 */
export function readToolMetrics(text: string): ToolMetric[] {
  const byTool = new Map<string, MetricSample[]>();
  for (const sample of parseMetrics(text)) {
    const { tool } = sample.labels;
    if (tool === undefined || !sample.name.startsWith('gateway_tool_')) continue;
    const known = byTool.get(tool);
    if (known === undefined) byTool.set(tool, [sample]);
    else known.push(sample);
  }
  return [...byTool]
    .map(([tool, samples]) => {
      const count = (status: string): number => total(samples, 'gateway_tool_invocations_total', (labels) => labels['status'] === status);
      const all = total(samples, 'gateway_tool_invocations_total', () => true);
      return {
        tool: plainText(tool),
        ok: count('ok'),
        failed: all - count('ok'),
        meanMs: all > 0 ? total(samples, 'gateway_tool_runtime_ms_sum', () => true) / all : null,
        slowestBelowMs: slowest(samples, all),
      };
    })
    .sort((a, b) => (a.tool < b.tool ? -1 : 1));
}

function total(samples: readonly MetricSample[], name: string, take: (labels: MetricSample['labels']) => boolean): number {
  return samples
    .filter((sample) => sample.name === name && Number.isFinite(sample.value) && take(sample.labels))
    .reduce((sum, { value }) => sum + value, 0);
}

/** The lowest bucket bound above every call; null when none is reported. */
function slowest(samples: readonly MetricSample[], calls: number): number | null {
  const under = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    const bound = Number(labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : labels['le']);
    if (name === 'gateway_tool_runtime_ms_bucket' && !Number.isNaN(bound)) under.set(bound, (under.get(bound) ?? 0) + value);
  }
  const bounds = [...under].filter(([bound, count]) => Number.isFinite(bound) && count >= calls).map(([bound]) => bound);
  return calls > 0 && bounds.length > 0 ? Math.min(...bounds) : null;
}
