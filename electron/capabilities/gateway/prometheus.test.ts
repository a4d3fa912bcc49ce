import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from './prometheus.ts';

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

describe('the text format of metrics', () => {
  it('is read line by line, without comments, with or without labels and times', () => {
    const text = [
      '# gateway_metrics_generated 1795381442',
      '# TYPE gateway_requests_total counter',
      'plain_total 7',
      'spaced_total   7.5   1795381442000',
      'gateway_tool_invocations_total{tool="noop",status="ok"} 3\r',
      'empty_labels{} 1e3',
      'comma_at_the_end{a="b",} 2',
      '',
    ].join('\n');
    expect(parseMetrics(text)).toEqual([
      { name: 'plain_total', labels: {}, value: 7 },
      { name: 'spaced_total', labels: {}, value: 7.5 },
      { name: 'gateway_tool_invocations_total', labels: { tool: 'noop', status: 'ok' }, value: 3 },
      { name: 'empty_labels', labels: {}, value: 1_000 },
      { name: 'comma_at_the_end', labels: { a: 'b' }, value: 2 },
    ]);
  });

  it('knows numbers without end, and not a number', () => {
    expect(parseMetrics('a +Inf\nb -Inf\nc NaN\nd inf').map(({ value }) => value)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it.each(['<!doctype html>', '{"detail":"Not Found"}', 'name', 'name{', 'name{a="b" 1', 'name seven', '7name 1', 'a b c'])(
    'leaves out %j and keeps what follows',
    (line) => {
      expect(parseMetrics(`${line}\nok 1`)).toEqual([{ name: 'ok', labels: {}, value: 1 }]);
    },
  );

  it('gives labels back as they were, whatever they say', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 4, noNullPrototype: true }),
        fc.double(),
        (metric, labels, value) => {
          const inside = Object.entries(labels).map(([label, text]) => `${label}="${quoted(text)}"`);
          const written = Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
          expect(parseMetrics(`${metric}{${inside.join(',')}} ${written}`)).toEqual([
            { name: metric, labels, value: Number(written === '+Inf' ? Infinity : written === '-Inf' ? -Infinity : written) },
          ]);
        },
      ),
    );
  });

  it('never throws, and takes no time to speak of for a long line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => void parseMetrics(text)));
    const startedAt = performance.now();
    for (const long of [
      `a{${'x="y",'.repeat(50_000)}`,
      `a{${'"'.repeat(100_000)}} 1`,
      `a${' '.repeat(100_000)}x`,
      `a{b="${'\\'.repeat(100_001)}} 1`,
    ]) {
      parseMetrics(long);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
