import { formatClock, formatDuration } from '../../../shared/format.ts';
import type { BackendFlaps, StateSpan } from './flaps.ts';

/** Strings of the certificates. */
export const CERTIFICATES_TEXT = {
  title: 'Certificates',
  kinds: { gateway: 'Gateway', authority: 'Imported CA', nginx: 'nginx' },
  place: 'Certificate of',
  left: 'Valid',
  names: 'Names',
  issuer: 'Issuer',
  none: 'No certificates seen',
  copyNames: 'Copy names',
  copyRow: 'Copy row',
} as const;

/** Strings of the changes of the backends. */
export const FLAPS_TEXT = {
  title: 'Backend outages',
  aside: 'recorded while Ada Panel ran',
  backend: 'Backend',
  outages: 'Outages',
  longest: 'Longest',
  last: 'Last began',
  none: 'No outages in this range',
  copyRow: 'Copy row',
  logs: 'Show logs of that moment',
} as const;

/** `2 outages, the longest 4 min 10 s`. */
export function describeFlaps({ outages, longestMs, isDown }: Pick<BackendFlaps, 'outages' | 'longestMs' | 'isDown'>): string {
  if (outages === 0) return 'no outages';
  const count = outages === 1 ? '1 outage' : `${outages} outages`;
  return `${count}, the longest ${formatDuration(longestMs)}${isDown ? ', the last one still lasts' : ''}`;
}
/** `not ready, 14:02:11 to 14:06:21 (4 min 10 s)`. */
export const describeSpan = ({ state, fromMs, toMs }: StateSpan): string =>
  `${state ?? 'unknown'}, ${formatClock(fromMs)} to ${formatClock(toMs)} (${formatDuration(toMs - fromMs)})`;
export const describeUnchanged = (backends: number): string =>
  backends === 1 ? '1 backend without a change' : `${backends} backends without a change`;
