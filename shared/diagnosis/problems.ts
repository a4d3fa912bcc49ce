import type { ServiceUnit } from '../capabilities/services/contract.ts';
import { hasCode } from '../errors.ts';
import { formatClock, formatDateTime, formatGiBNumber, formatMiB } from '../format.ts';
import { shortUnitName } from '../unit-names.ts';
import { isBroken } from './chain.ts';
import { belongsToFault } from './gpu-link.ts';
import { describeConsequence } from './text.ts';
import type { Link, Problem, Snapshot } from './types.ts';
import { actionsOf, failedUnitError } from './unit-links.ts';
import { onThisClock } from './unit-state.ts';

const VRAM_FULL = 0.97;
const MAX_OCCURRENCE_CHARS = 500;
const DAY_MS = 24 * 3_600_000;
/** Older Xids stay on the GPU page. */
const XID_SHOWN_MS = 7 * DAY_MS;

/** Every problem once, unsorted. */
export function findProblems(links: readonly Link[], snapshot: Snapshot): readonly Problem[] {
  const isOnline = snapshot.connection.kind === 'online';
  const ofLinks = links.flatMap((link) => problemOfLink(link, links));
  const offline = notConnected(snapshot);
  if (offline !== null) return [offline, ...ofLinks];
  // Without a connection nothing on the host is known.
  if (!isOnline) return ofLinks;
  const shown = new Set(links.map(({ unit }) => unit));
  return [
    ...ofLinks,
    ...systemdProblems(snapshot),
    ...vramProblems(snapshot),
    ...snapshot.services.units.filter(({ name }) => !shown.has(name)).flatMap((unit) => problemOfUnit(unit, snapshot)),
    ...snapshot.services.units.flatMap((unit) => restartsOf(unit, snapshot)),
    ...xidProblems(snapshot),
  ];
}

const present = { isPast: false, consequences: [], evidence: [], canDismiss: true, since: null, link: null } as const;

function problemOfLink(link: Link, links: readonly Link[]): readonly Problem[] {
  const { id, severity, error, since, occurrence, evidence, actions } = link;
  if (!isBroken(link) || error === null) return [];
  const consequences = links.filter(({ causedBy }) => causedBy === id).map(describeConsequence);
  const isConnection = id === 'computer' || id === 'host';
  return [
    {
      ...present,
      id,
      occurrence: `${error.code} ${occurrence}`.trim(),
      link: id,
      severity: severity === 'critical' ? 'critical' : 'warning',
      since,
      error,
      consequences,
      evidence,
      actions,
      // Without an occurrence a dismissed problem would stay hidden for ever.
      canDismiss: !isConnection && occurrence !== '',
    },
  ];
}

function notConnected({ host, connection }: Snapshot): Problem | null {
  if (connection.kind !== 'offline' || host === null) return null;
  return {
    ...present,
    id: 'not-connected',
    occurrence: '',
    link: 'host',
    severity: 'info',
    error: {
      code: 'not-connected',
      layer: 'ssh',
      message: `Not connected to ${host.label}.`,
      hint: 'Values below are last known.',
      retryable: true,
    },
    actions: [{ kind: 'connect', hostId: host.id }],
    canDismiss: false,
  };
}

function systemdProblems({ services }: Snapshot): readonly Problem[] {
  const { error } = services;
  if (error === null) return [];
  const isAbsent = hasCode(error, 'systemd-absent');
  return [
    {
      ...present,
      id: 'systemd',
      occurrence: error.code,
      severity: isAbsent ? 'info' : 'critical',
      error,
      actions: [{ kind: 'open', page: 'services', unit: null }],
    },
  ];
}

/** The occurrence is the list of processes, so that a dismissed problem returns with another one. */
function vramProblems({ gpu, gpuFigures: { usedMiB, totalMiB } }: Snapshot): readonly Problem[] {
  if (gpu.state.kind !== 'live' || !(usedMiB / totalMiB >= VRAM_FULL)) return [];
  return [
    {
      ...present,
      id: 'vram-full',
      occurrence: `pids ${gpu.processes.map(({ pid }) => pid ?? '?').join()}`.slice(0, MAX_OCCURRENCE_CHARS),
      link: 'gpu',
      severity: 'warning',
      error: {
        code: 'vram-full',
        layer: 'gpu',
        message: `VRAM is nearly full: ${formatGiBNumber(usedMiB)} of ${formatMiB(totalMiB)}.`,
        hint: 'The next job may run out of memory. The GPU page shows VRAM by process.',
        retryable: false,
      },
      actions: [{ kind: 'open', page: 'gpu', unit: null }],
    },
  ];
}

/** The problem of a service outside the chain. */
function problemOfUnit(unit: ServiceUnit, snapshot: Snapshot): readonly Problem[] {
  const { tone } = unit.verdict;
  if (tone !== 'bad' && tone !== 'warning') return [];
  return [
    {
      ...present,
      id: `unit:${unit.name}`,
      occurrence: `${unit.invocationId ?? ''} ${unit.stateChangedAt ?? ''}`,
      severity: tone === 'bad' ? 'critical' : 'warning',
      since: onThisClock(unit.stateChangedAt, snapshot),
      error: failedUnitError(unit, snapshot),
      actions: actionsOf(unit),
    },
  ];
}

/** Restarts by systemd of a unit that is running; a manual start resets the count. */
function restartsOf(unit: ServiceUnit, snapshot: Snapshot): readonly Problem[] {
  const { restarts } = unit;
  if (restarts === null || restarts === 0 || unit.activeState !== 'active') return [];
  const since = onThisClock(unit.activeEnteredAt, snapshot);
  return [
    {
      ...present,
      id: `restarts:${unit.name}`,
      occurrence: `${unit.invocationId ?? ''} ${restarts}`,
      severity: 'info',
      isPast: true,
      since,
      error: {
        code: 'unit-restarted',
        layer: 'systemd',
        message: `${shortUnitName(unit.name)} was restarted by systemd ${restarts === 1 ? 'once' : `${restarts} times`}, last at ${formatClock(since)}.`,
        hint: 'See the logs for the reason.',
        retryable: false,
      },
      actions: [{ kind: 'open', page: 'logs', unit: unit.name }],
    },
  ];
}

/** The newest Xid, unless it belongs to the present fault. */
function xidProblems(snapshot: Snapshot): readonly Problem[] {
  const { gpu, nowMs } = snapshot;
  const xid = [...gpu.xids].sort((a, b) => b.at - a.at)[0];
  if (xid === undefined || nowMs - xid.at > XID_SHOWN_MS) return [];
  if (gpu.state.kind === 'fault' && belongsToFault(xid, gpu.state.since)) return [];
  const when = nowMs - xid.at < DAY_MS ? formatClock(xid.at) : formatDateTime(xid.at);
  return [
    {
      ...present,
      id: 'xid',
      occurrence: `${xid.xid ?? '?'} ${xid.busId} ${xid.at}`,
      link: 'gpu',
      severity: 'warning',
      isPast: true,
      since: xid.at,
      error: {
        code: 'gpu-xid',
        layer: 'gpu',
        message: `Xid ${xid.xid ?? '?'} at ${when}: ${xid.meaning}`,
        hint: xid.action,
        retryable: false,
        detail: xid.text,
      },
      actions: [{ kind: 'open', page: 'gpu', unit: null }],
    },
  ];
}
