import type { MetricOf } from '../../../shared/series-kinds.ts';
import type { ChartSeries, ChartUnit } from '../../ui/time-series/types.ts';

/** One chart of the gateway page. */
export interface GatewayChart<M extends string = string> {
  readonly title: string;
  readonly metrics: readonly M[];
  readonly series: readonly ChartSeries[];
  /** Counts are drawn as how many there were in each bucket, other metrics as their means. */
  readonly isCount: boolean;
  readonly unit: ChartUnit;
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

export const SLOTS: GatewayChart<MetricOf<'gateway-slots'>> = {
  title: 'Slots in use',
  metrics: ['slotsInUse'],
  series: [{ key: 'in-use', label: 'in use', color: 'cyan' }],
  isCount: false,
  unit: { full: short, tick: short },
};

export const REQUESTS: GatewayChart<MetricOf<'gateway-requests'>> = {
  title: 'Image requests',
  metrics: ['accepted', 'rejected429', 'rejected503', 'failed'],
  series: [
    { key: 'accepted', label: 'accepted', color: 'green' },
    { key: '429', label: '429', color: 'orange' },
    { key: '503', label: '503', color: 'violet' },
    { key: 'failed', label: 'failed', color: 'rose' },
  ],
  isCount: true,
  unit: { full: short, tick: short },
};
