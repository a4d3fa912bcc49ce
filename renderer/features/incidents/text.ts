import type { Incident, IncidentKind } from '../../../shared/capabilities/incidents/contract.ts';
import { formatDateTime, formatDuration } from '../../../shared/format.ts';

/** Strings of incidents. */
export const TEXT = {
  title: 'Incidents',
  none: 'No incidents in this range',
  noneRead: 'No incidents in what could be read',
  rule: 'Blips are left out: slowdown by the hardware counts from 2 s, by the driver from 5 min, heat from 10 min.',
  loading: 'Loading incidents…',
  showLogs: 'Logs',
  still: 'still',
  unknownWho: 'Unknown process',
  showFewer: 'Show fewer',
  capped: 'Only the newest are shown.',
} as const;

export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  'out-of-memory': 'Out of VRAM',
  'host-out-of-memory': 'Out of memory',
  'vram-leak': 'VRAM leak',
  throttling: 'Throttling',
  thermal: 'Overheating',
  'power-limit': 'Power limit',
  xid: 'GPU error',
};

const LONG_MS = 10 * 60_000;

type Lasting = Pick<Incident, 'beginMs' | 'endMs' | 'cut'>;

/** `4 min 10 s`, of one that goes on `4 min 10 s, still`, from 10 min in whole minutes; with `at least` where readings are missing. Empty = a moment. */
export function describeLength({ beginMs, endMs, cut }: Lasting, nowMs: number): string {
  // The clock of the charts may be behind an incident that has just begun.
  const lengthMs = Math.max(0, (endMs ?? nowMs) - beginMs);
  const least = cut.begin || cut.end ? 'at least ' : '';
  // Seconds of what has gone on for long say nothing and would change the page each second.
  if (endMs === null) return `${least}${formatDuration(lengthMs < LONG_MS ? lengthMs : lengthMs - (lengthMs % 60_000))}, ${TEXT.still}`;
  return lengthMs < 1000 ? '' : `${least}${formatDuration(lengthMs)}`;
}

/** `2026-11-22 14:02, 4 min 10 s`. */
const describeWhen = (incident: Lasting, nowMs: number): string =>
  [formatDateTime(incident.beginMs), describeLength(incident, nowMs)].filter(Boolean).join(', ');

export const describeShowMore = (count: number, max: number): string => (count > max ? `Show the newest ${max}` : `Show all ${count}`);
export const describeShowLogs = (summary: string): string => `Show the logs of: ${summary}`;
export const describeMark = (incident: Incident, nowMs: number): string =>
  [KIND_WORDS[incident.kind], incident.summary, describeWhen(incident, nowMs), incident.who ?? TEXT.unknownWho].join('\n');
