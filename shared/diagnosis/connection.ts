import type { ConnectionState } from '../capabilities/hosts/contract.ts';
import { assertNever, type CodedError } from '../errors.ts';
import { formatDuration, formatDurationShort, formatRoundTrip, UNKNOWN } from '../format.ts';
import { LABELS, SLOW_FACT, STATES } from './text.ts';
import type { Evidence, Link, Severity, Snapshot } from './types.ts';

/** From here on readings and actions arrive noticeably late. */
const SLOW_ROUND_TRIP_MS = 400;

/** Whether a round trip is slow; an unknown one is not. */
const isSlow = (roundTripMs: number | null): boolean => roundTripMs !== null && roundTripMs >= SLOW_ROUND_TRIP_MS;

/** The state of an SSH connection; the fact may change every second. */
export interface ConnectionText {
  readonly severity: Severity;
  readonly state: string;
  readonly fact: string;
}

export function describeConnection(state: ConnectionState, nowMs: number): ConnectionText {
  switch (state.kind) {
    case 'offline':
      return { severity: 'off', state: 'Not connected', fact: '' };
    case 'connecting':
      return { severity: 'pending', state: 'Connecting', fact: state.attempt > 1 ? `attempt ${state.attempt}` : '' };
    case 'checking-host-key':
      return { severity: 'pending', state: 'Checking host key', fact: '' };
    case 'authenticating':
      return { severity: 'pending', state: 'Signing in', fact: state.method };
    case 'online':
      return isSlow(state.roundTripMs)
        ? { severity: 'warning', state: STATES.slow, fact: formatRoundTrip(state.roundTripMs) }
        : { severity: 'ok', state: 'Connected', fact: formatRoundTrip(state.roundTripMs) };
    case 'reconnecting': {
      const waitMs = state.nextTryAt - nowMs;
      return {
        severity: 'warning',
        state: 'Reconnecting',
        fact: waitMs >= 1000 ? `in ${formatDuration(waitMs)}` : `attempt ${state.attempt}`,
      };
    }
    case 'blocked':
      return { severity: 'critical', state: 'Blocked', fact: '' };
    default:
      return assertNever(state);
  }
}

/** This computer and its network, whose absence is a problem only without a connection to the host. */
export function computerLink({ isComputerOnline, connection: { kind } }: Snapshot): Link {
  const isMissed = !isComputerOnline && (kind === 'reconnecting' || kind === 'connecting' || kind === 'blocked');
  return {
    id: 'computer',
    label: LABELS.computer,
    severity: isMissed ? 'critical' : isComputerOnline ? 'ok' : 'off',
    state: isComputerOnline ? STATES.online : STATES.offline,
    fact: isComputerOnline ? '' : 'no network',
    since: null,
    evidence: [
      { source: 'network', text: isComputerOnline ? 'The system reports a network.' : 'The system reports no network.', at: null },
    ],
    unit: null,
    actions: isMissed ? [{ kind: 'reconnect' }] : [],
    error: isMissed ? noNetworkError() : null,
    occurrence: '',
    causedBy: null,
  };
}

/** The selected host and the SSH connection to it. */
export function hostLink({ host, connection: state, connectionChangedAt: changedAt, facts, nowMs }: Snapshot): Link {
  const words = describeConnection(state, nowMs);
  const evidence: readonly Evidence[] = [
    { source: 'ssh', text: words.fact === '' ? words.state : `${words.state}, ${words.fact}`, at: changedAt },
  ];
  const base = {
    id: 'host',
    label: host?.label ?? LABELS.host,
    since: state.kind === 'online' ? state.since : changedAt,
    evidence,
    unit: null,
    occurrence: String(changedAt ?? ''),
    causedBy: null,
  } as const;
  if (state.kind === 'online') {
    const upMs = facts?.uptimeS == null ? null : facts.uptimeS * 1000 + (nowMs - facts.takenAt);
    return {
      ...base,
      severity: words.severity,
      state: words.fact === UNKNOWN ? 'SSH' : `SSH ${words.fact}`,
      fact: words.severity === 'warning' ? SLOW_FACT : upMs === null ? '' : `up ${formatDurationShort(upMs)}`,
      actions: [],
      error: null,
    };
  }
  const error = state.kind === 'reconnecting' || state.kind === 'blocked' ? state.cause : null;
  return { ...base, ...words, actions: error === null ? [] : [{ kind: 'reconnect' }], error };
}

const noNetworkError = (): CodedError => ({
  code: 'computer-offline',
  layer: 'laptop',
  message: 'This computer has no network.',
  hint: 'Connect it to a network; the panel reconnects automatically.',
  retryable: true,
});
