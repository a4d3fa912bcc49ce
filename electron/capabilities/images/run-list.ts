import type { ImageRun, RunGroup, RunOrder, Sweep } from '../../../shared/capabilities/images/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { Gallery } from '../gallery/gallery.ts';
import { isEnded } from './next-runs.ts';
import { withoutDeleted } from './save-images.ts';

/** Runs that ended and are still listed; a sweep has 100 at most. */
const MAX_ENDED = 300;

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
  remove(runIds: readonly string[]): void;
  /** Brings the runs of the last remove back to their places. */
  restore(): void;
  onRun(listener: (run: ImageRun) => void): () => void;
  onOrder(listener: (order: RunOrder) => void): () => void;
  stop(): void;
}

export function createRunList(gallery: Pick<Gallery, 'isDeleted' | 'onChange'>): RunList {
  const changes = createEmitter<ImageRun>();
  const orders = createEmitter<RunOrder>();
  const imagesShown = new Map<string, number>();
  let runs: readonly ImageRun[] = [];
  let groups: readonly RunGroup[] = [];
  let beforeRemove: { readonly runs: readonly ImageRun[]; readonly groups: readonly RunGroup[] } | null = null;

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
      beforeRemove = { runs, groups };
      arrange(runs.filter(({ runId }) => !removed.has(runId)));
    },
    restore: () => {
      if (beforeRemove === null) return;
      const before = beforeRemove;
      beforeRemove = null;
      const now = new Map(runs.map((run) => [run.runId, run]));
      const wasThere = new Set(before.runs.map(({ runId }) => runId));
      for (const run of before.runs) if (!now.has(run.runId)) emit(run);
      const newer = groups.filter(({ groupId }) => !before.groups.some((known) => known.groupId === groupId));
      groups = [...before.groups, ...newer];
      arrange([...before.runs.map((run) => now.get(run.runId) ?? run), ...runs.filter(({ runId }) => !wasThere.has(runId))]);
    },
    onRun: changes.on,
    onOrder: orders.on,
    stop: stopWatchingGallery,
  };
}
