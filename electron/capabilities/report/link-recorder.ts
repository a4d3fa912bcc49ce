import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { ProbesState } from '../../../shared/capabilities/probes/contract.ts';
import type { ServicesState } from '../../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import { backendLink, CONNECTION_LINK, endpointLink, GATEWAY_LINK, unitLink } from '../../../shared/link-subjects.ts';
import { LINK_INTERVAL_MS } from '../../../shared/series-kinds.ts';
import type { HistoryStore } from '../history/source.ts';

/** A state that was read longer ago is no state of now. */
const FRESH_MS = 3 * LINK_INTERVAL_MS;
const MAX_UNITS = 20;

/** What the parts of the chain report at one moment. */
export interface LinkSources {
  /** Of the connection: `online`, `reconnecting`, …. */
  readonly connection: () => string;
  readonly services: () => Pick<ServicesState, 'units'>;
  readonly gateway: () => Pick<GatewayState, 'profile' | 'phase' | 'reading'>;
  readonly probes: () => Pick<ProbesState, 'probes'>;
}

/** Whether each part is up, by subject of the series `links`; what is not known is left out. */
export function readLinkStates(o: LinkSources, nowMs: number): ReadonlyMap<string, boolean> {
  const states = new Map<string, boolean>();
  const connection = o.connection();
  const isOnline = connection === 'online';
  // Offline on purpose is no outage.
  if (isOnline || connection === 'reconnecting' || connection === 'blocked') states.set(CONNECTION_LINK, isOnline);
  const isFresh = (atMs: number): boolean => nowMs - atMs <= FRESH_MS;
  const { profile, phase, reading } = o.gateway();
  if (profile !== null && (phase.kind === 'live' || phase.kind === 'failing')) states.set(GATEWAY_LINK, phase.kind === 'live');
  if (profile !== null && reading !== null && isFresh(reading.takenAt)) {
    const row = reading.health?.find(({ name }) => name === profile.imagesClass);
    if (row !== undefined && row.isHealthy !== null) states.set(backendLink(row.name), row.isHealthy && row.isReady !== false);
  }
  if (!isOnline) return states;
  const units = o.services().units.filter(({ name, loadState, pinned }) => loadState !== 'not-found' && (pinned || isChainUnit(name)));
  for (const { name, activeState, takenAt } of units.slice(0, MAX_UNITS)) {
    // A unit that is stopped on purpose is down as well: the report says who stopped it.
    if (isFresh(takenAt)) states.set(unitLink(name), activeState === 'active' || activeState === 'reloading');
  }
  for (const { id, outcome, at } of o.probes().probes) {
    if (isFresh(at) && outcome !== 'not-checked' && outcome !== 'failed') states.set(endpointLink(id), outcome === 'responding');
  }
  return states;
}

/** Stores the states of all links at regular moments; returns what stops it. */
export function recordLinks(
  o: LinkSources & { readonly hostId: string; readonly history: Pick<HistoryStore, 'append'>; readonly now: () => number },
): () => void {
  const record = (): void => {
    const nowMs = o.now();
    for (const [subject, isUp] of readLinkStates(o, nowMs)) {
      o.history.append({ hostId: o.hostId, kind: 'links', subject }, Float64Array.of(nowMs, isUp ? 1 : 0));
    }
  };
  const timer = setInterval(record, LINK_INTERVAL_MS);
  timer.unref?.();
  return () => clearInterval(timer);
}
