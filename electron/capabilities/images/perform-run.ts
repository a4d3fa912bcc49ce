import { type GalleryImage, NOTHING_REPORTED, type ReportedFacts } from '../../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters, ImageRun, RunPhase } from '../../../shared/capabilities/images/contract.ts';
import { type PanelError, toPanelError } from '../../../shared/errors.ts';
import { monotonicMs } from '../../../shared/monotonic.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import { CHECKING } from './routes/remote-work.ts';
import type { Generation } from './routes/route.ts';
import { saveImages } from './save-images.ts';
import { watchVram } from './vram-watch.ts';

/** What a run is performed with. */
export interface RunContext {
  readonly gallery: Pick<Gallery, 'add'>;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly generation: Generation;
  readonly enter: (phase: RunPhase) => void;
  readonly onFailed: (error: PanelError) => void;
  /** Whether a failure was only a refusal for now, after which the run waits again. */
  readonly isRefused: (error: PanelError) => boolean;
  /** Called when the run is over in the panel, even while the backend continues. */
  readonly onOver: () => void;
  readonly hostLabel: () => string;
  readonly now: () => number;
}

/** Performs one run to its end and enters its phases. `cancelled` is the operator's Cancel. Never rejects. */
export async function performRun(begun: ImageRun, cancelled: AbortSignal, o: RunContext): Promise<void> {
  const { route, parameters, startedAt } = begun;
  const { generation } = o;
  const begunMs = monotonicMs();
  const elapsedMs = (): number => Math.round(monotonicMs() - begunMs);
  const vram = watchVram(o.gpu, startedAt);
  const endCancelled = async (saved: number): Promise<void> => {
    const phase = { kind: 'cancelled', elapsedMs: elapsedMs(), saved } as const;
    o.onOver();
    o.enter({ ...phase, remote: CHECKING });
    await generation.endRemoteWork((remote) => o.enter({ ...phase, remote }));
  };
  try {
    const result = await generation.result;
    const savedFromMs = monotonicMs();
    const { images, notes } = await saveImages(
      o.gallery,
      result.images.map(({ data }) => data),
      (index) => ({
        ...factsOf(parameters, index, result.images[index]?.reported ?? NOTHING_REPORTED),
        createdAt: o.now(),
        route,
        modelUsed: result.modelUsed,
        elapsedMs: elapsedMs(),
        hostLabel: o.hostLabel(),
      }),
    );
    if (cancelled.aborted) return await endCancelled(images.length);
    const ofSaving = { saveMs: monotonicMs() - savedFromMs, totalMs: elapsedMs() };
    const finished: Extract<RunPhase, { kind: 'done' }> = {
      kind: 'done',
      images,
      timing: { ...result.timing, ...ofSaving },
      vram: vram.end(),
      requestId: result.requestId,
      headers: result.headers.map(([name, value]) => [name, value]),
      notes: [...result.notes, ...notes, ...sizeNotes(parameters, images)],
    };
    o.onOver();
    o.enter(finished);
    // The image has arrived; its waiting and generation times are read afterwards.
    if (result.timing.generateMs === null)
      o.enter({ ...finished, timing: { ...(await generation.splitTiming(result.timing)), ...ofSaving } });
  } catch (thrown) {
    if (cancelled.aborted) return await endCancelled(0);
    const error = toPanelError(thrown);
    if (o.isRefused(error)) return o.onOver();
    o.onFailed(error);
    const found = await generation.diagnose(thrown);
    o.onOver();
    o.enter({ kind: 'failed', error, found, elapsedMs: elapsedMs() });
  } finally {
    vram.end();
    if (!cancelled.aborted) generation.stop();
  }
}

/** The record of an image: reported values are facts, the others are the request. */
function factsOf(parameters: ImageParameters, index: number, reported: ReportedFacts): Pick<GalleryImage, 'parameters' | 'reported'> {
  // The backend chooses the seeds of the further images of a request.
  const requestedSeed = index === 0 ? parameters.seed : null;
  const { seed, scheduler } = reported;
  return {
    parameters: { ...parameters, seed: seed ?? requestedSeed, scheduler: scheduler ?? parameters.scheduler, count: 1 },
    reported,
  };
}

/** An image of another size than requested was made by a stub, or by something that rounds. */
function sizeNotes(parameters: ImageParameters, images: readonly GalleryImage[]): string[] {
  const other = images.find(({ width, height }) => width !== parameters.width || height !== parameters.height);
  return other === undefined ? [] : [`The image is ${other.width} × ${other.height}, not the requested size.`];
}
