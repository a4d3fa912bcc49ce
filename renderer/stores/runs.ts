import { replaceEqualDeep } from '@tanstack/react-query';
import { useShallow } from 'zustand/react/shallow';
import type { ImageRun, RunGroup, RunOrder } from '../../shared/capabilities/images/contract.ts';
import { bridge, bridgeOf } from '../bridge.ts';
import { createHostStore } from './host-store.ts';
import { readWhenShown } from './reconcile.ts';

interface Runs {
  readonly byId: Readonly<Record<string, ImageRun>>;
  readonly order: RunOrder;
}

const NO_ORDER: RunOrder = { runIds: [], groups: [] };
const store = createHostStore<Runs>({ byId: {}, order: NO_ORDER });

export const isEnded = ({ phase }: Pick<ImageRun, 'phase'>): boolean => phase.kind !== 'waiting' && phase.kind !== 'running';

/** Takes a run as the main process reported it; equal parts stay the same objects, and are not drawn anew. */
function receiveRun(hostId: string, run: ImageRun): void {
  store.update(hostId, ({ byId }) => {
    const next = replaceEqualDeep(byId[run.runId], run);
    return next === byId[run.runId] ? null : { byId: { ...byId, [run.runId]: next } };
  });
}

function receiveOrder(hostId: string, reported: RunOrder): void {
  store.update(hostId, ({ byId, order: before }) => {
    const order = replaceEqualDeep(before, reported);
    if (order === before) return null;
    const kept = Object.fromEntries(order.runIds.flatMap((runId) => (byId[runId] === undefined ? [] : [[runId, byId[runId]]])));
    return { order, byId: kept };
  });
}

bridge.images.onRunChanged(({ hostId, value }) => receiveRun(hostId, value));
bridge.images.onOrderChanged(({ hostId, value }) => receiveOrder(hostId, value));
readWhenShown(async (hostId) => {
  const { runs, order } = await bridgeOf(hostId).images.queue({ known: Object.keys(store.of(hostId).byId) });
  for (const run of runs) receiveRun(hostId, run);
  receiveOrder(hostId, order);
});

/** The runs of the host in the order in which they are sent, each with how far it is. */
export function runsOf(hostId: string | null): readonly ImageRun[] {
  return listed(store.of(hostId));
}

const listed = ({ byId, order }: Runs): readonly ImageRun[] => order.runIds.flatMap((runId) => byId[runId] ?? []);

export function useRun(runId: string | null): ImageRun | null {
  return store.use(({ byId }) => (runId === null ? null : (byId[runId] ?? null)));
}

/** The runs of a group, cell by cell; null = removed. */
export function useRunsOf(group: RunGroup): readonly (ImageRun | null)[] {
  return store.use(useShallow(({ byId }) => group.runIds.map((runId) => byId[runId] ?? null)));
}

export function useGroup(groupId: string | null): RunGroup | null {
  return store.use(({ order }) => order.groups.find((group) => group.groupId === groupId) ?? null);
}

/** A line of the list: a run that stands alone, or a group as a whole. */
export type RunEntry = { readonly runId: string } | { readonly groupId: string };
type Part = 'atWork' | 'waiting' | 'ended';

/** The lines of the list: at work, waiting in their order, ended with the newest first. As `part:id`, so that they compare. */
function linesOf(runs: Runs): readonly string[] {
  const inParts: Readonly<Record<Part, string[]>> = { atWork: [], waiting: [], ended: [] };
  const seen = new Set<string>();
  for (const { runId, group, phase } of listed(runs)) {
    if (group !== null) {
      if (seen.has(group.groupId)) continue;
      seen.add(group.groupId);
      inParts[partOfGroup(runs, group.groupId)].push(`group ${group.groupId}`);
    } else inParts[phase.kind === 'running' ? 'atWork' : phase.kind === 'waiting' ? 'waiting' : 'ended'].push(`run ${runId}`);
  }
  return [...inParts.atWork, ...inParts.waiting, ...inParts.ended.toReversed()];
}

function partOfGroup(runs: Runs, groupId: string): Part {
  const phases = listed(runs).flatMap(({ group, phase }) => (group?.groupId === groupId ? [phase.kind] : []));
  if (phases.includes('running')) return 'atWork';
  if (!phases.includes('waiting')) return 'ended';
  return phases.every((kind) => kind === 'waiting') ? 'waiting' : 'atWork';
}

export function useRunEntries(): readonly RunEntry[] {
  return store.use(useShallow(linesOf)).map((line) => {
    const at = line.indexOf(' ');
    return line.startsWith('run') ? { runId: line.slice(at + 1) } : { groupId: line.slice(at + 1) };
  });
}

/** How many runs are in each state. */
export interface RunCounts {
  readonly running: number;
  readonly waiting: number;
  readonly ended: number;
}

export function useRunCounts(): RunCounts {
  return store.use(
    useShallow((runs) => {
      const phases = listed(runs).map(({ phase }) => phase.kind);
      const running = phases.filter((kind) => kind === 'running').length;
      const waiting = phases.filter((kind) => kind === 'waiting').length;
      return { running, waiting, ended: phases.length - running - waiting };
    }),
  );
}

/**
 * The id of the run that the page shows unless the operator picked one: the first at work, else the last that ended after it was
 * sent, else the first.
 */
export function useCurrentRunId(): string | null {
  return store.use((runs) => {
    const all = listed(runs);
    const current =
      all.find(({ phase }) => phase.kind === 'running') ??
      all.findLast((run) => isEnded(run) && (run.phase.kind !== 'cancelled' || run.phase.elapsedMs > 0)) ??
      all[0];
    return current?.runId ?? null;
  });
}

/** Whether a waiting run can go one place up or down. */
export function useMoves(runId: string): { readonly canMoveUp: boolean; readonly canMoveDown: boolean } {
  return store.use(
    useShallow((runs) => {
      const waiting = listed(runs).filter(({ phase }) => phase.kind === 'waiting');
      const at = waiting.findIndex((run) => run.runId === runId);
      return { canMoveUp: at > 0, canMoveDown: at >= 0 && at < waiting.length - 1 };
    }),
  );
}

/** The route of the first run at work; null = none. */
export function useRouteAtWork(): ImageRun['route'] | null {
  return store.use((runs) => listed(runs).find(({ phase }) => phase.kind === 'running')?.route ?? null);
}
