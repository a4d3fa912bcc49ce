import type { ImageParameters, ImageRun, RouteId, Sweep } from '../../../../shared/capabilities/images/contract.ts';
import { bridgeOf } from '../../../bridge.ts';
import { clearRefusal, noteRefusal } from '../../../stores/images.ts';
import { attempt } from '../../../stores/notices.ts';
import { isEnded, runsOf } from '../../../stores/runs.ts';
import { offerUndo } from '../../../stores/undo.ts';
import { describeRemoved, RUN_TEXT } from './text.ts';

/** Adds a run; a refusal appears in the form. */
export function startRun(hostId: string | null, route: RouteId, parameters: ImageParameters): void {
  if (hostId === null) return;
  clearRefusal(hostId);
  bridgeOf(hostId)
    .images.start({ route, parameters })
    .catch((thrown: unknown) => noteRefusal(hostId, thrown));
}

/** Adds what the form holds, with a sweep a run for each cell; a refusal appears in the form. */
export function startForm(hostId: string | null, route: RouteId, parameters: ImageParameters, sweep: Sweep | null): void {
  if (hostId === null) return;
  clearRefusal(hostId);
  bridgeOf(hostId)
    .images.startForm({ route, parameters, sweep })
    .catch((thrown: unknown) => noteRefusal(hostId, thrown));
}

/** Null = every run that has not ended. */
export function cancelRuns(hostId: string | null, runIds: readonly string[] | null): void {
  if (hostId !== null) attempt(() => bridgeOf(hostId).images.cancel({ runIds: runIds === null ? null : [...runIds] }));
}

export function retryRuns(hostId: string | null, runIds: readonly string[]): void {
  if (hostId === null) return;
  attempt(async () => {
    for (const runId of runIds) await bridgeOf(hostId).images.retry({ runId });
  });
}

/** Takes runs out of the list, with undo. */
export function removeRuns(hostId: string | null, runIds: readonly string[]): void {
  if (hostId === null || runIds.length === 0) return;
  attempt(async () => {
    const removalId = await bridgeOf(hostId).images.remove({ runIds: [...runIds] });
    offerUndo({
      kind: 'run',
      message: describeRemoved(runIds.length),
      undone: RUN_TEXT.restored,
      undo: () => bridgeOf(hostId).images.restore({ removalId }),
    });
  });
}

/** Every run that ended, with undo. */
export function removeEnded(hostId: string | null): void {
  const ended = runsOf(hostId).filter(isEnded);
  removeRuns(
    hostId,
    ended.map(({ runId }) => runId),
  );
}

/** Moves a waiting run one place, or to the front of those that wait. */
export function moveRun(hostId: string | null, runId: string, to: 'first' | 'up' | 'down'): void {
  if (hostId === null) return;
  const before = placeBefore(runsOf(hostId), runId, to);
  if (before !== undefined) attempt(() => bridgeOf(hostId).images.move({ runId, before }));
}

/** The run that a waiting run goes in front of; null = behind all, undefined = it stays where it is. */
export function placeBefore(runs: readonly ImageRun[], runId: string, to: 'first' | 'up' | 'down'): string | null | undefined {
  const waiting = runs.filter(({ phase }) => phase.kind === 'waiting').map((run) => run.runId);
  const at = waiting.indexOf(runId);
  if (at < 0) return undefined;
  if (to === 'down') return at === waiting.length - 1 ? undefined : (waiting[at + 2] ?? null);
  if (at === 0) return undefined;
  return waiting[to === 'first' ? 0 : at - 1];
}
