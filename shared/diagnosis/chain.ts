import { shortUnitName } from '../unit-names.ts';
import { computerLink, hostLink } from './connection.ts';
import { gatewayLink, imagesHealth } from './gateway-link.ts';
import { gpuLink } from './gpu-link.ts';
import { HOST_OFFLINE, listed, SLOW_FACT, STATES } from './text.ts';
import type { Action, Link, LinkId, Snapshot } from './types.ts';
import { generatorLink, isRunning, nginxLink, shimLink, unitOfRole } from './unit-links.ts';

/** A slow connection is a warning that breaks nothing. */
export const isBroken = ({ severity, fact }: Link): boolean => (severity === 'critical' || severity === 'warning') && fact !== SLOW_FACT;

const UNITS: ReadonlySet<LinkId> = new Set(['generator', 'shim', 'nginx']);

/** The links from this computer to the gateway, each with its state and the earlier link that causes it. */
export function chainOf(snapshot: Snapshot): readonly Link[] {
  const isOnline = snapshot.connection.kind === 'online';
  const gpu = gpuLink(snapshot);
  const links: readonly Link[] = [
    computerLink(snapshot),
    hostLink(snapshot),
    isOnline ? gpu : { ...gpu, severity: 'unknown', state: STATES.unknown, fact: HOST_OFFLINE, actions: [], error: null },
    generatorLink(snapshot),
    shimLink(snapshot),
    nginxLink(snapshot),
    gatewayLink(snapshot),
  ];
  const judged = links.map((link) => judgeStopped(link, links, snapshot));
  const explained: Link[] = [];
  for (const link of judged) explained.push(explain(link, explained, snapshot));
  return explained.map((link) => offerStart(link, explained, snapshot));
}

const unitOf = (link: Link, { services }: Snapshot) => services.units.find((unit) => unit.name === link.unit);

/** A stopped service is a problem only when other services of the chain depend on it. */
function judgeStopped(link: Link, links: readonly Link[], snapshot: Snapshot): Link {
  const unit = unitOf(link, snapshot);
  if (!UNITS.has(link.id) || link.severity !== 'off' || unit === undefined || unit.loadState === 'not-found') return link;
  if (isUnusedShim(link, snapshot)) return { ...link, fact: 'not used by ComfyUI' };
  const place = links.findIndex(({ id }) => id === link.id);
  const isAlive = (other: Link): boolean =>
    other.id === 'gateway' ? snapshot.gateway.phase.kind === 'live' : UNITS.has(other.id) && isRunning(unitOf(other, snapshot));
  const isMissed = links.slice(place + 1).some(isAlive) || (unit.unitFileState === 'enabled' && links.slice(0, place).some(isAlive));
  if (!isMissed) return link;
  const name = shortUnitName(unit.name);
  return {
    ...link,
    severity: 'critical',
    error: {
      code: 'unit-stopped',
      layer: 'systemd',
      message: `${name} is ${unit.verdict.word}.`,
      hint: unit.loadState === 'loaded' ? `Start ${name} to generate images.` : (unit.verdict.why ?? 'See Services.'),
      retryable: true,
      detail: `${unit.name}: ${unit.activeState}/${unit.subState}, result ${unit.result}`,
    },
  };
}

/** Whether the shim belongs to an InvokeAI that is stopped in favour of ComfyUI. */
function isUnusedShim(link: Link, snapshot: Snapshot): boolean {
  const invokeai = unitOfRole(snapshot, 'invokeai');
  const isOfInvokeAi = link.id === 'shim' && link.unit !== null && invokeai?.requiredBy.includes(link.unit) === true;
  return isOfInvokeAi && !isRunning(invokeai) && isRunning(unitOfRole(snapshot, 'comfyui'));
}

/** Adds the earlier broken link that causes this one; such a link is not a separate problem. */
function explain(link: Link, before: readonly Link[], snapshot: Snapshot): Link {
  if (!isBroken(link)) return link;
  const cause = causeOf(link, (id) => before.find((other) => other.id === id && isBroken(other)) ?? null);
  if (cause !== null) return { ...link, causedBy: cause.causedBy ?? cause.id, error: null };
  return link.id === 'gateway' ? awaitCheck(link, before, snapshot) : link;
}

function causeOf(link: Link, broken: (id: LinkId) => Link | null): Link | null {
  switch (link.id) {
    case 'host':
      return broken('computer');
    case 'shim':
      if (link.state === STATES.notReady) return broken('generator') ?? broken('gpu');
      return link.error?.code === 'unit-stopped' ? broken('generator') : null;
    case 'gateway':
      if (link.state === STATES.rejecting) {
        const isUnreachable = link.fact.endsWith('unreachable');
        return isUnreachable
          ? (broken('nginx') ?? broken('host'))
          : (broken('gpu') ?? broken('generator') ?? broken('shim') ?? broken('nginx'));
      }
      return broken('computer');
    default:
      return null;
  }
}

/** The gateway checks every 30 s and repeats an old result until then. */
function awaitCheck(link: Link, before: readonly Link[], snapshot: Snapshot): Link {
  const checkedAt = imagesHealth(snapshot.gateway)?.checkedAt ?? null;
  const chain = before.filter(({ id }) => UNITS.has(id));
  if (link.state !== STATES.rejecting || checkedAt === null || !chain.every(({ severity }) => severity === 'ok')) return link;
  const wholeSince = Math.max(...chain.map(({ since }) => since ?? 0));
  return wholeSince <= checkedAt
    ? link
    : { ...link, severity: 'pending', state: STATES.checking, fact: 'checks again within 30 s', error: null };
}

/** A start also starts the stopped dependants, which systemd stopped with the service and does not start again. */
function offerStart(link: Link, links: readonly Link[], snapshot: Snapshot): Link {
  const [first] = link.actions;
  if (link.id !== 'generator' || first?.kind !== 'service' || first.verb === 'stop') return link;
  const dependants = new Set(unitOf(link, snapshot)?.requiredBy ?? []);
  const also = links
    .slice(links.findIndex(({ id }) => id === link.id) + 1)
    .filter((other) => other.unit !== null && (other.causedBy === link.id || dependants.has(other.unit)))
    .flatMap((other) => unitOf(other, snapshot) ?? [])
    .filter((unit) => unit.loadState === 'loaded' && (unit.activeState === 'inactive' || unit.activeState === 'failed'))
    .map((unit) => unit.name);
  if (also.length === 0) return link;
  const start: Action = { ...first, also };
  const error =
    link.error?.code === 'unit-stopped'
      ? { ...link.error, hint: `Start ${listed([first.unit, ...also].map(shortUnitName))} to generate images.` }
      : link.error;
  return { ...link, actions: [start, ...link.actions.slice(1)], error };
}
