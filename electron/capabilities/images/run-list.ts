import type { ImageRun, RunGroup, RunOrder, Sweep } from '../../../shared/capabilities/images/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { Gallery } from '../gallery/gallery.ts';
import { isEnded } from './next-runs.ts';
import { withoutDeleted } from './save-images.ts';

/** Runs that ended and are still listed; a sweep has 100 at most. */
const MAX_ENDED = 300;
/** Removals that can be restored; the page offers no more. */
const MAX_REMOVALS = 20;

/** The runs of one host in the order in which they are sent, with those that ended. */
export interface RunList {
  /** As they were last taken, with images that were deleted since. */
  all(): readonly ImageRun[];
  find(runId: string): ImageRun | undefined;
  shown(): { readonly runs: ImageRun[]; readonly order: RunOrder };
  add(runs: readonly ImageRun[], group: { readonly groupId: string; readonly sweep: Sweep | null; readonly addedAt: number } | null): void;
  /** Replaces the run of the same id; nothing happens where it was removed. */
  take(run: ImageRun): void;
  /** In front of another run; null = behind all. */
  move(runId: string, before: string | null): void;
  /** Returns the id of the removal, by which it can be restored. */
  remove(runIds: readonly string[]): number;
  /** Brings the runs of one removal back to their places. False where it was restored already, or is one of too long ago. */
  restore(removalId: number): boolean;
  onRun(listener: (run: ImageRun) => void): () => void;
  onOrder(listener: (order: RunOrder) => void): () => void;
  stop(): void;
}

/** The list as it was before runs were removed. */
interface Removal {
  readonly removed: ReadonlySet<string>;
  readonly runs: readonly ImageRun[];
  readonly groups: readonly RunGroup[];
}

/** Each removed run in front of the one that followed it, else behind those that were listed with it. */
function withRestored(now: readonly ImageRun[], { runs, removed }: Removal): readonly ImageRun[] {
  const wasThere = new Set(runs.map(({ runId }) => runId));
  const restored = [...now];
  let next: string | null = null;
  for (const run of runs.toReversed()) {
    const { runId } = run;
    if (removed.has(runId)) {
      const at = restored.findIndex((known) => known.runId === next);
      restored.splice(at < 0 ? restored.findLastIndex((known) => wasThere.has(known.runId)) + 1 : at, 0, run);
    }
    if (removed.has(runId) || restored.some((known) => known.runId === runId)) next = runId;
  }
  return restored;
}

export function createRunList(gallery: Pick<Gallery, 'isDeleted' | 'onChange'>): RunList {
  const changes = createEmitter<ImageRun>();
  const orders = createEmitter<RunOrder>();
  const imagesShown = new Map<string, number>();
  let runs: readonly ImageRun[] = [];
  let groups: readonly RunGroup[] = [];
  let nextRemovalId = 1;
  const removals = new Map<number, Removal>();

  const order = (): RunOrder => ({ runIds: runs.map(({ runId }) => runId), groups: [...groups] });
  const emit = (run: ImageRun): void => {
    const shown = withoutDeleted(run, gallery);
    if (shown.phase.kind === 'done') imagesShown.set(shown.runId, shown.phase.images.length);
    changes.emit(shown);
  };
  const arrange = (next: readonly ImageRun[]): void => {
    runs = next;
    const ids = new Set(runs.map(({ runId }) => runId));
    groups = groups.filter(({ runIds }) => runIds.some((runId) => ids.has(runId)));
    for (const runId of imagesShown.keys()) if (!ids.has(runId)) imagesShown.delete(runId);
    orders.emit(order());
  };
  // An image that was added leaves the runs as they are; only a deleted or restored one changes what its run shows.
  const stopWatchingGallery = gallery.onChange(() => {
    for (const run of runs) {
      const { phase } = withoutDeleted(run, gallery);
      if (phase.kind === 'done' && phase.images.length !== imagesShown.get(run.runId)) emit(run);
    }
  });
  return {
    all: () => runs,
    find: (runId) => runs.find((run) => run.runId === runId),
    shown: () => ({ runs: runs.map((run) => withoutDeleted(run, gallery)), order: order() }),
    add: (added, group) => {
      for (const run of added) emit(run);
      if (group !== null) groups = [...groups, { ...group, runIds: added.map(({ runId }) => runId) }];
      const ended = runs.filter(isEnded);
      const dropped = new Set(ended.slice(0, Math.max(0, ended.length - MAX_ENDED)));
      arrange([...runs.filter((run) => !dropped.has(run)), ...added]);
    },
    take: (run) => {
      if (!runs.some(({ runId }) => runId === run.runId)) return;
      runs = runs.map((known) => (known.runId === run.runId ? run : known));
      emit(run);
    },
    move: (runId, before) => {
      const moved = runs.find((run) => run.runId === runId);
      if (moved === undefined || runId === before) return;
      const others = runs.filter((run) => run !== moved);
      const at = others.findIndex((run) => run.runId === before);
      arrange(at < 0 ? [...others, moved] : others.toSpliced(at, 0, moved));
    },
    remove: (runIds) => {
      const removed = new Set(runIds);
      const removalId = nextRemovalId;
      nextRemovalId += 1;
      removals.set(removalId, { removed, runs, groups });
      for (const oldest of removals.keys()) if (removals.size > MAX_REMOVALS) removals.delete(oldest);
      arrange(runs.filter(({ runId }) => !removed.has(runId)));
      return removalId;
    },
    restore: (removalId) => {
      const before = removals.get(removalId);
      if (before === undefined) return false;
      removals.delete(removalId);
      const back = before.runs.filter(({ runId }) => before.removed.has(runId));
      for (const run of back) emit(run);
      const newer = groups.filter(({ groupId }) => !before.groups.some((known) => known.groupId === groupId));
      groups = [...before.groups, ...newer];
      arrange(withRestored(runs, before));
      return true;
    },
    onRun: changes.on,
    onOrder: orders.on,
    stop: stopWatchingGallery,
  };
}
