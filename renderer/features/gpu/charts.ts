import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import type { ChartSeries, ChartUnit } from '../../ui/time-series/types.ts';
import { TEXT } from './text.ts';

/** One chart of the page with its metrics and unit. */
export interface ChartSpec {
  readonly key: string;
  readonly title: string;
  readonly metrics: readonly GpuMetric[];
  readonly series: readonly ChartSeries[];
  /** Factor from the stored unit to the shown unit. */
  readonly scale: number;
  readonly unit: ChartUnit;
  readonly domain: readonly [number, number] | null;
  /** What the band around a line is: its least to its greatest value, or its 10th to its 90th percentile. */
  readonly band: 'range' | 'percentiles';
}

const plain = (unit: string): ChartUnit => ({
  full: (value) => `${Math.round(value)}\u00a0${unit}`,
  tick: (value) => String(value),
});
/** The top is above 100, so that the line of a full load is not cut. */
const PERCENT_DOMAIN = [0, 104] as const;

export const VRAM: ChartSpec = {
  key: 'vram',
  title: TEXT.vram,
  metrics: ['memoryUsedMiB'],
  series: [{ key: 'used', label: TEXT.vram, color: 'cyan' }],
  scale: 1 / 1024,
  unit: { full: (value) => `${value.toFixed(1)}\u00a0GiB`, tick: (value) => String(value) },
  domain: null,
  band: 'range',
};

export const LOAD: ChartSpec = {
  key: 'load',
  title: TEXT.load,
  metrics: ['utilizationGpuPercent', 'utilizationMemoryPercent'],
  series: [
    { key: 'gpu', label: TEXT.gpu, color: 'violet' },
    { key: 'memory', label: TEXT.memoryBus, color: 'orange' },
  ],
  scale: 1,
  unit: plain('%'),
  domain: PERCENT_DOMAIN,
  band: 'percentiles',
};

export const SMALL_CHARTS: readonly ChartSpec[] = [
  LOAD,
  {
    key: 'power',
    title: TEXT.power,
    metrics: ['powerDrawW'],
    series: [{ key: 'power', label: TEXT.power, color: 'orange' }],
    scale: 1,
    unit: plain('W'),
    domain: null,
    band: 'range',
  },
  {
    key: 'temperature',
    title: TEXT.temperature,
    metrics: ['temperatureC'],
    series: [{ key: 'temperature', label: TEXT.temperature, color: 'rose' }],
    scale: 1,
    unit: plain('°C'),
    domain: PERCENT_DOMAIN,
    band: 'range',
  },
  {
    key: 'clocks',
    title: TEXT.clocks,
    metrics: ['clockSmMHz', 'clockMemoryMHz'],
    series: [
      { key: 'sm', label: TEXT.sm, color: 'green' },
      { key: 'memory', label: TEXT.memory, color: 'violet' },
    ],
    scale: 1 / 1000,
    unit: { full: (value) => `${value.toFixed(value < 9.995 ? 2 : 1)}\u00a0GHz`, tick: (value) => String(value) },
    domain: null,
    band: 'range',
  },
  {
    key: 'fan',
    title: TEXT.fan,
    metrics: ['fanPercent'],
    series: [{ key: 'fan', label: TEXT.fan, color: 'cyan' }],
    scale: 1,
    unit: plain('%'),
    domain: PERCENT_DOMAIN,
    band: 'range',
  },
];

export const CHARTS: readonly ChartSpec[] = [VRAM, ...SMALL_CHARTS];
/** The metrics of all charts, in the order of the request. */
export const DRAWN_METRICS: readonly GpuMetric[] = CHARTS.flatMap((chart) => chart.metrics);
/** The metrics whose percentiles are drawn, in the order of the request. */
export const PERCENTILE_METRICS: readonly GpuMetric[] = CHARTS.filter(({ band }) => band === 'percentiles').flatMap(
  ({ metrics }) => metrics,
);
