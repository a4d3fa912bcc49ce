import { valuesOfBuckets } from '../../../../shared/buckets.ts';
import { formatDateTime, formatMiB } from '../../../../shared/format.ts';
import type { Buckets, GpuHistory, HostPast, MonitoringData } from '../data.ts';
import type { Block, Chart, Section, Span } from '../document.ts';
import { describeCut, describeGap, describeSpan, TEXT } from '../text.ts';
import { gapsOf, summaryOf } from './stretches.ts';

const MAX_RUNS = 40;
const MAX_GAPS = 10;

const METRICS: readonly {
  readonly key: 'memoryUsedMiB' | 'utilizationGpuPercent' | 'temperatureC' | 'powerDrawW';
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly scale: number;
}[] = [
  { key: 'memoryUsedMiB', title: 'VRAM in use', unit: 'GiB', decimals: 1, scale: 1 / 1024 },
  { key: 'utilizationGpuPercent', title: 'Load', unit: '%', decimals: 0, scale: 1 },
  { key: 'temperatureC', title: 'Temperature', unit: '°C', decimals: 0, scale: 1 },
  { key: 'powerDrawW', title: 'Power', unit: 'W', decimals: 0, scale: 1 },
];

export function gpuSection(data: MonitoringData, span: Span): Section {
  const marks = data.hostPast.kind === 'read' ? bootMarks(data.hostPast.value, span) : [];
  const blocks = data.gpus.flatMap((gpu) => blocksOf(gpu, span, marks));
  return {
    id: 'gpu',
    title: TEXT.gpu,
    blocks: blocks.length === 0 ? [{ kind: 'notice', text: TEXT.noGpu }] : blocks,
  };
}

const bootMarks = ({ boots }: HostPast, { fromMs, toMs }: Span): Chart['marks'] =>
  boots
    .slice(1)
    .filter((boot) => boot.fromMs >= fromMs && boot.fromMs < toMs)
    .map((boot) => ({ atMs: boot.fromMs, label: `Host started ${formatDateTime(boot.fromMs)}` }));

/** Least, mean and most with the unit; null = no value. */
function figures(column: Buckets, { unit, decimals, scale }: (typeof METRICS)[number]): readonly [string, string, string] | null {
  const summary = summaryOf(column);
  if (summary === null) return null;
  const shown = (value: number): string => `${(value * scale).toFixed(decimals)} ${unit}`;
  return [shown(summary.min), shown(summary.mean), shown(summary.max)];
}

function blocksOf(gpu: GpuHistory, span: Span, marks: Chart['marks']): readonly Block[] {
  const gaps = gapsOf([gpu.memoryUsedMiB, gpu.utilizationGpuPercent, gpu.temperatureC, gpu.powerDrawW], span, TEXT.noGpuReadings);
  return [
    { kind: 'text', text: `${gpu.name}, ${formatMiB(gpu.memoryTotalMiB)} (${gpu.uuid}).` },
    {
      kind: 'table',
      columns: [
        { title: '' },
        { title: 'Minimum', isNumber: true },
        { title: 'Mean', isNumber: true },
        { title: 'Maximum', isNumber: true },
      ],
      rows: METRICS.map((metric) => [metric.title, ...(figures(gpu[metric.key], metric) ?? [TEXT.unknown, TEXT.unknown, TEXT.unknown])]),
    },
    ...gaps.slice(0, MAX_GAPS).map((gap): Block => ({ kind: 'notice', text: describeGap(gap) })),
    ...(gaps.length > MAX_GAPS
      ? [{ kind: 'notice', text: describeCut(MAX_GAPS, gaps.length, 'stretches without readings') } as const]
      : []),
    ...METRICS.map((metric): Block => {
      const shown = figures(gpu[metric.key], metric);
      return {
        kind: 'chart',
        chart: {
          ...span,
          title: metric.title,
          unit: metric.unit,
          shape: 'lines',
          lines: [
            { name: 'maximum', values: scaled(valuesOfBuckets(gpu[metric.key], 'max'), metric.scale) },
            { name: 'mean', values: scaled(valuesOfBuckets(gpu[metric.key], 'mean'), metric.scale) },
          ],
          gaps,
          marks,
          summary: shown === null ? TEXT.unknown : `minimum ${shown[0]}, mean ${shown[1]}, maximum ${shown[2]}`,
        },
      };
    }),
    ...runBlocks(gpu, span),
  ];
}

const scaled = (values: readonly (number | null)[], scale: number): (number | null)[] =>
  values.map((value) => (value === null ? null : value * scale));

function runBlocks({ runs }: GpuHistory, span: Span): readonly Block[] {
  if (runs.length === 0) return [];
  const largest = [...runs].sort((a, b) => (b.peakMiB ?? -1) - (a.peakMiB ?? -1)).slice(0, MAX_RUNS);
  return [
    {
      kind: 'text',
      text: runs.length > MAX_RUNS ? `Programs that held VRAM: the ${MAX_RUNS} largest of ${runs.length}.` : 'Programs that held VRAM.',
    },
    {
      kind: 'table',
      columns: [
        { title: 'Program' },
        { title: 'Unit' },
        { title: 'PID', isNumber: true },
        { title: 'Seen' },
        { title: 'Peak', isNumber: true },
      ],
      rows: largest.map(({ name, unit, pid, startedAt, endedAt, peakMiB }) => [
        name,
        unit ?? TEXT.unknown,
        String(pid),
        `${describeSpan({ fromMs: Math.max(startedAt, span.fromMs), toMs: Math.min(endedAt ?? span.toMs, span.toMs) })}${endedAt === null ? `, ${TEXT.ongoing}` : ''}`,
        formatMiB(peakMiB),
      ]),
    },
  ];
}
