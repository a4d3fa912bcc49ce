import type { GatewayState, HealthRow } from '../capabilities/gateway/contract.ts';
import type { CodedError } from '../errors.ts';
import { formatClock, formatRoundTrip } from '../format.ts';
import { HOST_OFFLINE, LABELS, STATES } from './text.ts';
import type { Evidence, Link, Severity, Snapshot } from './types.ts';

/** The gateway is queried every 2 s, every 15 s for a hidden window. */
const READING_STALE_MS = 60_000;

/** The state of the gateway. */
export function describeGateway({ phase, reading, profile }: Pick<GatewayState, 'phase' | 'reading' | 'profile'>): {
  readonly severity: Severity;
  readonly state: string;
} {
  switch (phase.kind) {
    case 'not-set-up':
      return { severity: 'off', state: STATES.notSetUp };
    case 'waiting':
      return { severity: 'pending', state: STATES.checking };
    case 'failing':
      return { severity: 'critical', state: phase.error.retryable ? STATES.notResponding : STATES.actionRequired };
    case 'live': {
      const images = imagesHealth({ reading, profile });
      if (images?.isReady === false || images?.isHealthy === false) return { severity: 'critical', state: STATES.rejecting };
      return { severity: 'ok', state: images?.isReady === true ? STATES.ready : STATES.responding };
    }
  }
}

/** The gateway's health check of its images backend; undefined = not reported. */
export function imagesHealth({ reading, profile }: Pick<GatewayState, 'reading' | 'profile'>): HealthRow | undefined {
  return reading?.health?.find((row) => row.name === profile?.imagesClass);
}

/** The gateway, and whether it accepts images. Its route may differ from the host's, so that either may respond alone. */
export function gatewayLink({ gateway, connection, nowMs }: Snapshot): Link {
  const { profile, phase, reading } = gateway;
  const words = describeGateway(gateway);
  const evidence: readonly Evidence[] =
    reading === null ? [] : [{ source: 'gateway', text: `Status in ${formatRoundTrip(reading.elapsedMs)}`, at: reading.takenAt }];
  const base = {
    id: 'gateway',
    label: LABELS.gateway,
    ...words,
    fact: '',
    since: phase.kind === 'failing' ? phase.since : null,
    evidence,
    unit: null,
    actions: [],
    error: null,
    occurrence: '',
    causedBy: null,
  } as const;
  const isThroughHost = profile !== null && profile.via.kind === 'ssh' && profile.via.hostId === gateway.hostId;
  if (isThroughHost && connection.kind !== 'online') {
    return { ...base, severity: 'unknown', state: STATES.unknown, fact: HOST_OFFLINE, evidence: [] };
  }
  const open = { kind: 'open', page: 'gateway', unit: null } as const;
  if (phase.kind === 'failing') {
    return {
      ...base,
      fact: reading === null ? '' : `as of ${formatClock(reading.takenAt)}`,
      actions: phase.error.retryable ? [{ kind: 'refresh-gateway' }, open] : [open],
      error: phase.error,
      occurrence: `${phase.error.code} ${phase.since}`,
    };
  }
  if (phase.kind !== 'live' || reading === null) return base;
  const images = imagesHealth(gateway);
  if (words.state === STATES.rejecting && images !== undefined) {
    const reason = images.isHealthy === false ? 'unreachable' : 'not ready';
    return {
      ...base,
      fact: `${images.name} is ${reason}`,
      since: images.since,
      // Only a state that lasts since the gateway's first reading has no time, so that each later one differs.
      occurrence: `${images.name} ${reason} ${images.since ?? ''}`.trim(),
      evidence: [{ source: 'gateway', text: images.error ?? `Health check: ${images.name} is ${reason}.`, at: images.checkedAt }],
      actions: [open],
      error: rejectingError(images, reason),
    };
  }
  const slots = reading.admission?.find((row) => row.routeKind === 'images' && row.backendClass === profile?.imagesClass);
  const fact = slots === undefined ? formatRoundTrip(reading.elapsedMs) : `${slots.inflight ?? '?'} of ${slots.limit ?? '?'} slots`;
  if (nowMs - reading.takenAt > READING_STALE_MS) return { ...base, severity: 'stale', fact: `as of ${formatClock(reading.takenAt)}` };
  return { ...base, fact };
}

const rejectingError = (images: HealthRow, reason: string): CodedError => ({
  code: 'gateway-backend-not-ready',
  layer: 'gateway',
  message: `Gateway is rejecting image requests: backend ${images.name} is ${reason}.`,
  hint: 'No problem found on this host; the gateway rechecks every 30 s.',
  retryable: true,
  ...(images.error === null ? {} : { detail: images.error }),
});
