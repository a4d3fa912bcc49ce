import { type MetricOf, QUEUE_METRICS } from '../../../shared/series-kinds.ts';
import type { ChartSeries, ChartUnit } from '../../ui/time-series/types.ts';
import { TEXT } from './text.ts';

/** One chart of the gateway page. */
export interface GatewayChart<M extends string = string> {
  readonly title: string;
  readonly metrics: readonly M[];
  readonly series: readonly ChartSeries[];
  /** Counts are drawn as sums per bucket, other metrics as means. */
  readonly isCount: boolean;
  readonly unit: ChartUnit;
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
const COUNT_UNIT: ChartUnit = { full: short, tick: short, minStep: 1 };

export const SLOTS: GatewayChart<MetricOf<'gateway-slots'>> = {
  title: TEXT.chartSlots,
  metrics: ['slotsInUse'],
  series: [{ key: 'in-use', label: TEXT.seriesInUse, color: 'cyan' }],
  isCount: false,
  unit: COUNT_UNIT,
};

/** Jobs of InvokeAI's queue, drawn beside the slots. */
export const QUEUE = { metrics: QUEUE_METRICS, isCount: false } as const;

/** The slots for images beside the queue that the accepted requests wait in. */
export const SLOTS_AND_QUEUE: GatewayChart = {
  title: TEXT.chartSlotsAndQueue,
  metrics: [...SLOTS.metrics, ...QUEUE_METRICS],
  series: [
    ...SLOTS.series,
    { key: 'running', label: TEXT.seriesRunning, color: 'green' },
    { key: 'waiting', label: TEXT.seriesWaiting, color: 'orange' },
  ],
  isCount: false,
  unit: COUNT_UNIT,
};

export const REQUESTS: GatewayChart<MetricOf<'gateway-requests'>> = {
  title: TEXT.chartRequests,
  metrics: ['accepted', 'rejected429', 'rejected503', 'failed'],
  series: [
    { key: 'accepted', label: TEXT.seriesAccepted, color: 'green' },
    { key: '429', label: TEXT.series429, color: 'orange' },
    { key: '503', label: TEXT.series503, color: 'violet' },
    { key: 'failed', label: TEXT.seriesFailed, color: 'rose' },
  ],
  isCount: true,
  unit: COUNT_UNIT,
};
