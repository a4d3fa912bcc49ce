import type { HistoryEvent } from '../../../shared/capabilities/history/contract.ts';
import { formatClockShort, formatDateTime, formatDuration, formatPercent, UNKNOWN } from '../../../shared/format.ts';
import type { parseLink } from '../../../shared/link-subjects.ts';
import type { Cause, Restart } from './build/restarts.ts';
import type { Uptime } from './build/uptime.ts';
import type { Span } from './document.ts';

/** Words of the report. */
export const TEXT = {
  summary: 'Summary',
  availability: 'Availability',
  images: 'Images',
  gpu: 'GPU',
  incidents: 'Incidents',
  restarts: 'Restarts',
  xids: 'GPU errors in the kernel log',
  checks: 'Checks',
  remedies: 'Open remedies',
  differences: 'Differences from the recipes',
  host: 'Host',
  address: 'Address',
  span: 'Span',
  made: 'Report made',
  notWatched: 'the panel was not running, or was not connected to this host',
  noGpuReadings: 'no GPU readings',
  noRequests: 'the panel did not query the gateway',
  noLinks: 'The panel recorded no states in this span: it was not running, or an earlier version did not record them.',
  noGpu: 'No GPU readings are stored for this host.',
  noGateway: 'No gateway is set up for this host.',
  noRestarts: 'No unit started or stopped in this span.',
  noXids: 'No Xid in this span.',
  noIncidents: 'No incident in this span.',
  noChecks: 'No check was run on this host.',
  noRemedies: 'No check fails or warns.',
  noRecipes: 'The recipes were not compared with this host.',
  noImages: 'The panel saved no image of this host in this span.',
  noLogged: 'No request for images in this span.',
  running: 'running',
  notRead: 'not read',
  none: 'none',
  unknown: 'unknown',
  ongoing: 'ongoing',
  byHand: 'by hand',
  vramOfJobs: 'VRAM is the highest of all GPUs’ processes together while the image was made.',
  journalSource: 'host’s journal',
  panelSource: 'panel',
} as const;

const LINKS: Readonly<Record<NonNullable<ReturnType<typeof parseLink>>['kind'], string>> = {
  connection: 'SSH connection',
  gateway: 'Gateway',
  backend: 'Backend',
  endpoint: 'Endpoint',
  unit: 'Service',
};

export const describeLink = ({ kind, name }: NonNullable<ReturnType<typeof parseLink>>): string =>
  name === '' ? LINKS[kind] : `${LINKS[kind]} ${name}`;

const EVENTS: Readonly<Record<HistoryEvent['kind'], string>> = {
  unit: 'Service',
  xid: 'Xid',
  connection: 'SSH connection',
  gateway: 'Gateway',
  backend: 'Backend',
  incident: 'Incident',
  image: 'Images',
};
export const describeEventKind = (kind: HistoryEvent['kind']): string => EVENTS[kind];

/** Local time: without the date where both ends have the same, and once where both are in one minute. */
export function describeSpan({ fromMs, toMs }: Span): string {
  const [from, to] = [formatDateTime(fromMs), formatDateTime(toMs)];
  if (from === to) return from;
  return `${from}–${from.slice(0, 10) === to.slice(0, 10) ? formatClockShort(toMs) : to}`;
}

/** `UTC+2` of this computer at that time. */
export function describeOffset(atMs: number): string {
  const minutes = -new Date(atMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`}`;
}

/** How the host's clock stands to this computer's, and what that means for the report. */
export function describeClock(offsetMs: number | null): string {
  if (offsetMs === null) return 'unknown; times of the host are those of its own clock';
  if (Math.abs(offsetMs) < 1_000) return 'less than 1 s off this computer’s';
  return `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} this computer’s; times of the host are corrected`;
}

export const describeGap = (gap: Span & { readonly reason: string }): string => `No data ${describeSpan(gap)}: ${gap.reason}.`;

/** A share with decimals where it is close to 100 %, which it reaches only when nothing was down. */
export function describeShare({ upMs, knownMs }: Pick<Uptime, 'upMs' | 'knownMs'>): string {
  if (knownMs <= 0) return TEXT.unknown;
  const percent = (100 * upMs) / knownMs;
  if (percent === 100) return '100 %';
  return percent > 99
    ? `${(Math.floor(percent * 100) / 100).toFixed(2)} %`
    : percent > 90
      ? `${percent.toFixed(1)} %`
      : formatPercent(percent);
}

export const describeObserved = (knownMs: number, span: Span): string =>
  `${formatDuration(Math.min(knownMs, span.toMs - span.fromMs))} of ${formatDuration(span.toMs - span.fromMs)}`;

export function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'boot':
      return 'start of the host';
    case 'automatic':
      return 'systemd (automatic restart)';
    case 'command':
      return `${cause.user}: ${cause.command}`;
    case 'unknown':
      return TEXT.unknown;
  }
}

const RESTARTS: Readonly<Record<Restart['what'], string>> = { restarted: 'Restarted', started: 'Started', stopped: 'Stopped' };
export const describeRestart = ({ what }: Restart): string => RESTARTS[what];

export const describeMs = (ms: number | null): string =>
  ms === null ? UNKNOWN : ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;

export const describeCut = (shown: number, total: number, what: string): string => `The newest ${shown} of ${total} ${what}.`;

export function describeStatus(status: number): string {
  if (status === 429) return '429: no free slot';
  if (status === 503) return '503: backend not ready';
  if (status === 502) return '502: backend failed';
  if (status === 504) return '504: backend timed out';
  return String(status);
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
