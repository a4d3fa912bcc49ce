import {
  type ImageParameters,
  type ImageRun,
  NOTHING_REPORTED,
  type Picture,
  type ReportedFacts,
  type RunPhase,
} from '../../../shared/capabilities/images/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import { beforeAbort } from './before-abort.ts';
import { endRemoteWork } from './cancelled-run.ts';
import type { Follower } from './follow.ts';
import type { Gallery } from './gallery.ts';
import type { GenerationResult } from './generation-result.ts';
import type { OpenJobs } from './open-jobs.ts';
import { splitTiming } from './openai-way.ts';
import { CHECKING } from './remote-work.ts';
import { saveImages } from './save-images.ts';
import { watchVram } from './vram-watch.ts';

/** What a run is performed with. */
export interface RunContext {
  readonly gallery: Pick<Gallery, 'add'>;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly openJobs: OpenJobs;
  /** Null while the host is offline. */
  readonly follower: Follower | null;
  /** Batches that the request puts into InvokeAI's queue are added to `batchIds`. */
  readonly generate: (signal: AbortSignal, batchIds: string[]) => Promise<GenerationResult>;
  /** What the host itself reports of a failure. */
  readonly diagnose: (thrown: unknown) => Promise<string[]>;
  readonly enter: (phase: RunPhase) => void;
  /** Called when the run is over here, whatever goes on at the far end. */
  readonly onOver: () => void;
  readonly hostLabel: () => string;
  readonly now: () => number;
}

/** Performs one run to its end and enters its phases. `cancelled` is the operator's Cancel, `closed` the end of the session. Never rejects. */
export async function performRun(begun: ImageRun, cancelled: AbortSignal, closed: AbortSignal, o: RunContext): Promise<void> {
  const { way, parameters, startedAt } = begun;
  const begunMs = monotonicMs();
  const elapsedMs = (): number => Math.round(monotonicMs() - begunMs);
  const vram = watchVram(o.gpu, startedAt);
  const batchIds: string[] = [];
  // The gateway goes on with a request whose client has gone; only its answer shows when it is over.
  const request = o.generate(way === 'gateway' ? closed : AbortSignal.any([cancelled, closed]), batchIds);
  const endCancelled = async (saved: number): Promise<void> => {
    const phase = { kind: 'cancelled', elapsedMs: elapsedMs(), saved } as const;
    o.onOver();
    o.enter({ ...phase, remote: CHECKING });
    const report = (remote: typeof CHECKING): void => o.enter({ ...phase, remote });
    await endRemoteWork({ way, follower: o.follower, request, openJobs: o.openJobs, batchIds, report });
  };
  try {
    const result = await (way === 'gateway' ? beforeAbort(request, cancelled) : request);
    const savedFromMs = monotonicMs();
    const { pictures, notes } = await saveImages(
      o.gallery,
      result.images.map(({ data }) => data),
      (index) => ({
        ...factsOf(parameters, index, result.images[index]?.reported ?? NOTHING_REPORTED),
        createdAt: o.now(),
        way,
        modelUsed: result.modelUsed,
        elapsedMs: elapsedMs(),
        hostLabel: o.hostLabel(),
      }),
    );
    if (cancelled.aborted) return await endCancelled(pictures.length);
    const finished: Extract<RunPhase, { kind: 'done' }> = {
      kind: 'done',
      pictures,
      timing: { ...result.timing, saveMs: monotonicMs() - savedFromMs, totalMs: elapsedMs() },
      vram: vram.end(),
      requestId: result.requestId,
      headers: result.headers.map(([name, value]) => [name, value]),
      notes: [...result.notes, ...notes, ...sizeNotes(parameters, pictures)],
    };
    o.onOver();
    o.enter(finished);
    cancelLeftovers(o.openJobs, batchIds);
    if (finished.timing.generateMs === null && o.follower !== null) {
      // The image is there; how long it waited and how long it was made is asked for afterwards.
      const split = splitTiming(await o.follower.jobs(), finished.timing.answerMs);
      o.enter({ ...finished, timing: { ...finished.timing, ...split } });
    }
  } catch (thrown) {
    if (cancelled.aborted) return await endCancelled(0);
    cancelLeftovers(o.openJobs, batchIds);
    const found = await o.diagnose(thrown);
    o.onOver();
    o.enter({ kind: 'failed', error: toPanelError(thrown), found, elapsedMs: elapsedMs() });
  } finally {
    vram.end();
    if (!cancelled.aborted) o.follower?.stop();
  }
}

/** Jobs of a run that failed in the middle: nobody waits for them. */
function cancelLeftovers(openJobs: OpenJobs, batchIds: readonly string[]): void {
  if (batchIds.length > 0) void openJobs.cancel(batchIds, () => {});
}

/** What an image's record holds: what was reported of it is a fact, the rest is what was requested. */
function factsOf(parameters: ImageParameters, index: number, reported: ReportedFacts): Pick<Picture, 'parameters' | 'reported'> {
  // Which seeds the further images of a request get is up to whoever makes them.
  const requestedSeed = index === 0 ? parameters.seed : null;
  const { seed, scheduler } = reported;
  return {
    parameters: { ...parameters, seed: seed ?? requestedSeed, scheduler: scheduler ?? parameters.scheduler, count: 1 },
    reported,
  };
}

/** An image of another size than requested was made by a stub, or by something that rounds. */
function sizeNotes(parameters: ImageParameters, pictures: readonly Picture[]): string[] {
  const other = pictures.find(({ width, height }) => width !== parameters.width || height !== parameters.height);
  return other === undefined ? [] : [`The image is ${other.width} × ${other.height}, not the requested size.`];
}
