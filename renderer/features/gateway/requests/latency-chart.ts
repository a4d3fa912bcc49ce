import type { GatewayChart } from '../gateway-charts.ts';
import { describeLatencyMs, REQUESTS_TEXT } from './text.ts';

/** Latency of accepted requests, in ms. */
export const LATENCY: GatewayChart = {
  title: REQUESTS_TEXT.chartLatency,
  metrics: [],
  series: [
    { key: 'p50', label: 'p50', color: 'cyan' },
    { key: 'p95', label: 'p95', color: 'orange' },
  ],
  isCount: false,
  unit: {
    full: describeLatencyMs,
    minStep: 1,
    tick: (value) => (value < 1000 ? `${Math.round(value)} ms` : `${Number((value / 1000).toFixed(1))} s`),
  },
};
