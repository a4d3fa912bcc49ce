import { addValue, beginBuckets, finishBuckets } from '../../../../shared/buckets.ts';
import type { Buckets, HostPast, MonitoringData, ReportData } from '../data.ts';
import type { Span } from '../document.ts';

const HOUR_MS = 3_600_000;
/** 48 h. */
export const SPAN: Span = { fromMs: 1_800_000_000_000, toMs: 1_800_000_000_000 + 48 * HOUR_MS };
export const at = (hours: number): number => SPAN.fromMs + hours * HOUR_MS;

/** A column of an hour's buckets with these values, by the hour; the rest is unknown. */
export function column(values: Readonly<Record<number, readonly number[]>>): Buckets {
  const fill = beginBuckets(SPAN.fromMs, SPAN.toMs, 48);
  for (const [hour, all] of Object.entries(values)) for (const value of all) addValue(fill, at(Number(hour) + 0.5), value);
  return finishBuckets(fill);
}

/** The same value, this many times in each of these hours. */
export const constant = (value: number, from: number, to: number, times: number): Buckets =>
  column(Object.fromEntries(Array.from({ length: to - from }, (_, hour) => [from + hour, Array.from({ length: times }, () => value)])));

export const hostPast = (past: Partial<HostPast>): HostPast => ({
  units: [],
  boots: [{ fromMs: at(-100), toMs: at(48) }],
  xids: [],
  commands: [],
  ...past,
});

export const monitoring = (data: Partial<MonitoringData>): MonitoringData => ({
  links: [],
  gpus: [],
  requests: null,
  events: [],
  clockOffsetMs: 0,
  hostPast: { kind: 'unknown', reason: 'the host is not connected.' },
  requestLog: { kind: 'unknown', reason: 'no gateway is set up for this host.' },
  images: { kind: 'read', value: { total: 0, elapsedMs: [], newest: [] } },
  incidents: { kind: 'read', value: { incidents: [], isCapped: false, unread: [] } },
  ...data,
});

export const reportData = (data: Partial<ReportData>): ReportData => ({
  ...SPAN,
  hostLabel: 'ada2',
  hostName: 'ada2.example',
  takenAtMs: SPAN.toMs,
  monitoring: monitoring({}),
  configuration: null,
  checks: { infos: [], results: [], history: [] },
  ...data,
});
