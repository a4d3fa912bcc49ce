/** How often the tools of the simulated gateway were called, by tool and status. */
export class ToolCounters {
  readonly #calls = new Map<string, { count: number; sumMs: number; readonly under: number[] }>();

  add(tool: string, status: 'ok' | 'error', elapsedMs: number): void {
    const key = `tool="${tool}",status="${status}"`;
    const row = this.#calls.get(key) ?? { count: 0, sumMs: 0, under: BOUNDS.map(() => 0) };
    row.count += 1;
    row.sumMs += elapsedMs;
    BOUNDS.forEach((bound, index) => {
      if (elapsedMs <= bound) row.under[index] = (row.under[index] ?? 0) + 1;
    });
    this.#calls.set(key, row);
  }

  /** Prometheus text. The request series are announced and never filled, as in the real gateway. */
  text(nowMs: number): string {
    const lines = [
      `# gateway_metrics_generated ${Math.floor(nowMs / 1000)}`,
      '# TYPE gateway_requests_total counter',
      '# TYPE gateway_request_duration_ms_sum counter',
      '# TYPE gateway_tool_invocations_total counter',
    ];
    for (const [labels, { count }] of this.#calls) lines.push(`gateway_tool_invocations_total{${labels}} ${count}`);
    lines.push('# TYPE gateway_tool_runtime_ms_sum counter');
    for (const [labels, { sumMs }] of this.#calls) lines.push(`gateway_tool_runtime_ms_sum{${labels}} ${sumMs.toFixed(3)}`);
    lines.push('# TYPE gateway_tool_runtime_ms_bucket counter');
    for (const [labels, { count, under }] of this.#calls) {
      BOUNDS.forEach((bound, index) => {
        lines.push(`gateway_tool_runtime_ms_bucket{${labels},le="${bound}"} ${under[index] ?? 0}`);
      });
      lines.push(`gateway_tool_runtime_ms_bucket{${labels},le="+Inf"} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

const BOUNDS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
