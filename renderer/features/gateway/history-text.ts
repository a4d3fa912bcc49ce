import type { SeenCertificate } from '../../../shared/capabilities/gateway/contract.ts';
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

/** `Certificate not read: nginx`; null = all were read. A server without TLS has none. */
export function describeUnreadCertificates(certificates: readonly SeenCertificate[] | null): string | null {
  if (certificates === null) return 'Certificates not read yet';
  const unread = certificates.filter(({ endsAt, isPlain }) => endsAt === null && !isPlain).map(({ kind }) => CERTIFICATES_TEXT.kinds[kind]);
  if (unread.length === 0) return null;
  return `${unread.length === 1 ? 'Certificate' : 'Certificates'} not read: ${unread.join(', ')}`;
}

/** Strings of the changes of the backends. */
export const FLAPS_TEXT = {
  title: 'Backend outages',
  aside: 'recorded while Ada Panel ran',
  backend: 'Backend',
  outages: 'Outages',
  longest: 'Longest',
  last: 'Last outage',
  ongoing: 'ongoing',
  none: 'No outages in this range',
  notReported: 'Backend health not reported',
  copyRow: 'Copy row',
  logs: 'Show logs at this time',
} as const;

/** `2 outages, the longest 4 min 10 s`. */
export function describeFlaps({ outages, longestMs, isDown }: Pick<BackendFlaps, 'outages' | 'longestMs' | 'isDown'>): string {
  if (outages === 0) return 'no outages';
  const count = outages === 1 ? '1 outage' : `${outages} outages`;
  return `${count}, the longest ${formatDuration(longestMs)}${isDown ? ', ongoing' : ''}`;
}
/** `not ready, 14:02:11 to 14:06:21 (4 min 10 s)`. */
export const describeSpan = ({ state, fromMs, toMs }: StateSpan): string =>
  `${state ?? 'unknown'}, ${formatClock(fromMs)} to ${formatClock(toMs)} (${formatDuration(toMs - fromMs)})`;
export const describeUnchanged = (backends: number): string =>
  backends === 1 ? '1 backend without a change' : `${backends} backends without a change`;
