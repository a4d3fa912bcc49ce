import type { AdmissionRow, GatewayState, HealthRow } from '../../../shared/capabilities/gateway/contract.ts';
import { describeGateway } from '../../../shared/diagnosis/gateway-link.ts';
import { formatClock, formatDurationShort } from '../../../shared/format.ts';
import { type Tone, toneOf } from '../../ui/tone.tsx';

/** The gateway looks at its backends every 30 s; a check older than this was not repeated when it should have been. */
export const CHECK_STALE_MS = 90_000;
/** Clocks this far apart are worth a word; the gateway's own is only known to a second. */
export const SKEW_WORTH_SAYING_MS = 3_000;

export interface Said {
  readonly tone: Tone;
  readonly word: string;
}

/** How the gateway is, in a word. */
export function gatewayInWords(gateway: Pick<GatewayState, 'phase' | 'reading' | 'profile'>): Said {
  const { severity, state } = describeGateway(gateway);
  return { tone: toneOf(severity), word: state };
}

/** What the last health check of a backend amounts to; a check that was not repeated is old news, whatever it said. */
export function healthInWords(row: HealthRow, nowMs: number): Said & { readonly said: string } {
  const found = verdictOf(row);
  const isOld = row.checkedAt !== null && nowMs - row.checkedAt > CHECK_STALE_MS;
  return isOld && found.tone !== 'off'
    ? { ...found, tone: 'stale', word: `${found.word}, as of ${formatClock(row.checkedAt ?? 0)}` }
    : found;
}

/** The gateway leaves `error` empty when a probe was answered with a failure: then nginx is there and what is behind it is not. */
function verdictOf({ isHealthy, isReady, error }: HealthRow): Said & { readonly said: string } {
  if (isHealthy === null && isReady === null) return { tone: 'unknown', word: 'Not reported', said: 'The gateway does not report it.' };
  if (error === 'base_url not configured') return { tone: 'off', word: 'Not set up', said: 'It has no address on the gateway.' };
  if (isHealthy === false) {
    return { tone: 'bad', word: 'Unreachable', said: error === null ? 'Its health check fails.' : error };
  }
  if (isReady === false) {
    const said = error === null ? 'nginx responds, but the shim or InvokeAI behind it does not.' : error;
    return { tone: 'bad', word: 'Not ready', said };
  }
  return isReady === null
    ? { tone: 'unknown', word: 'Alive', said: 'Readiness is not reported.' }
    : { tone: 'good', word: 'Ready', said: 'Healthy and ready.' };
}

/** `1 of 2`, or what is not known. */
export function slotsInWords({ inflight, limit }: AdmissionRow): string {
  if (inflight === null && limit === null) return 'not reported';
  return `${inflight ?? '?'} of ${limit ?? '?'}`;
}

/** How far the gateway's clock is off, when that matters. */
export function skewInWords(offsetMs: number | null): string | null {
  if (offsetMs === null || Math.abs(offsetMs) < SKEW_WORTH_SAYING_MS) return null;
  return `its clock is ${formatDurationShort(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead' : 'behind'}`;
}

/** The slots for images come first, those of the class that images go to before all; the rest by name. */
export function inOrder(rows: readonly AdmissionRow[], imagesClass: string | undefined): readonly AdmissionRow[] {
  const key = (row: AdmissionRow): string =>
    `${row.routeKind === 'images' ? 0 : 1} ${row.backendClass === imagesClass ? 0 : 1} ${row.backendClass}.${row.routeKind}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The slots that image requests take; undefined when the gateway does not report them. */
export function imagesRow({ profile, reading }: Pick<GatewayState, 'profile' | 'reading'>): AdmissionRow | undefined {
  return reading?.admission?.find((row) => row.routeKind === 'images' && row.backendClass === profile?.imagesClass);
}

/** Names what answers of a gateway are about: those of another host, address or way are none of its. */
export function placeKey({ hostId, profile }: Pick<GatewayState, 'hostId' | 'profile'>): readonly unknown[] {
  return [hostId, profile?.address, profile?.via];
}

/** `1 of 2 slots free`, or null where it is not known. */
export function freeSlotsInWords(row: AdmissionRow | undefined): string | null {
  return row?.available == null || row.limit === null ? null : `${row.available} of ${row.limit} slots free`;
}
