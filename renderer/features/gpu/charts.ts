import type { GpuMetric } from '../../../shared/gpu-metrics.ts';
import type { ChartSeries, ChartUnit } from '../../ui/time-series/types.ts';

/** One chart of the page: which metrics it draws, in which unit. */
export interface ChartSpec {
  readonly key: string;
  readonly title: string;
  readonly metrics: readonly GpuMetric[];
  readonly series: readonly ChartSeries[];
  /** Stored unit to the unit drawn. */
  readonly scale: number;
  readonly unit: ChartUnit;
  readonly domain: readonly [number, number] | null;
}

const plain = (unit: string): ChartUnit => ({
  full: (value) => `${Math.round(value)}\u00a0${unit}`,
  tick: (value) => String(value),
});
/** A little above 100, so that a full load is a line and not an edge. */
const PERCENT_DOMAIN = [0, 104] as const;

export const VRAM: ChartSpec = {
  key: 'vram',
  title: 'VRAM',
  metrics: ['memoryUsedMiB'],
  series: [{ key: 'used', label: 'VRAM', color: 'cyan' }],
  scale: 1 / 1024,
  unit: { full: (value) => `${value.toFixed(1)}\u00a0GiB`, tick: (value) => String(value) },
  domain: null,
};

export const SMALL_CHARTS: readonly ChartSpec[] = [
  {
    key: 'load',
    title: 'Load',
    metrics: ['utilizationGpuPercent', 'utilizationMemoryPercent'],
    series: [
      { key: 'gpu', label: 'GPU', color: 'violet' },
      { key: 'memory', label: 'bus', color: 'blue' },
    ],
    scale: 1,
    unit: plain('%'),
    domain: PERCENT_DOMAIN,
  },
  {
    key: 'power',
    title: 'Power',
    metrics: ['powerDrawW'],
    series: [{ key: 'power', label: 'Power', color: 'orange' }],
    scale: 1,
    unit: plain('W'),
    domain: null,
  },
  {
    key: 'temperature',
    title: 'Temperature',
    metrics: ['temperatureC'],
    series: [{ key: 'temperature', label: 'Temperature', color: 'rose' }],
    scale: 1,
    unit: plain('°C'),
    domain: PERCENT_DOMAIN,
  },
  {
    key: 'clocks',
    title: 'Clocks',
    metrics: ['clockSmMHz', 'clockMemoryMHz'],
    series: [
      { key: 'sm', label: 'SM', color: 'green' },
      { key: 'memory', label: 'mem', color: 'blue' },
    ],
    scale: 1 / 1000,
    unit: { full: (value) => `${value.toFixed(value < 9.995 ? 2 : 1)}\u00a0GHz`, tick: (value) => String(value) },
    domain: null,
  },
  {
    key: 'fan',
    title: 'Fan',
    metrics: ['fanPercent'],
    series: [{ key: 'fan', label: 'Fan', color: 'cyan' }],
    scale: 1,
    unit: plain('%'),
    domain: PERCENT_DOMAIN,
  },
];

export const CHARTS: readonly ChartSpec[] = [VRAM, ...SMALL_CHARTS];
/** Every metric that is drawn, in the order it is asked for. */
export const DRAWN_METRICS: readonly GpuMetric[] = CHARTS.flatMap((chart) => chart.metrics);
