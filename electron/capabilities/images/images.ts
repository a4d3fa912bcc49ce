import { randomBytes } from 'node:crypto';
import type { ImageParameters, ImageRun, RouteId, RouteState, RunPhase } from '../../../shared/capabilities/images/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import type { ErrorCode } from '../../../shared/error-codes.ts';
import { type PanelException, panelError } from '../../../shared/errors.ts';
import { sizeProblem } from '../../../shared/image-graphs/rules.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import { performRun } from './perform-run.ts';
import { createRoutes, type RouteOptions } from './routes/all-routes.ts';
import type { Generation } from './routes/route.ts';
import { withoutDeleted } from './save-images.ts';

/** The Playground of one host: one run at a time. */
export interface Images {
  routes(): Promise<RouteState[]>;
  run(): ImageRun | null;
  /** Throws images-running, and the errors that the parameters alone show. */
  start(route: RouteId, parameters: ImageParameters): ImageRun;
  cancel(runId: string): void;
  onChange(listener: (run: ImageRun) => void): () => void;
  stop(): void;
}

export interface ImagesOptions extends RouteOptions {
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly gallery: Gallery;
  readonly hostLabel: () => string;
  readonly log: Logger;
  readonly anySeed?: () => number;
}

export function createImages(o: ImagesOptions): Images {
  const anySeed = o.anySeed ?? (() => randomBytes(4).readUInt32BE(0));
  const changes = createEmitter<ImageRun>();
  const { routes, stop: stopRoutes } = createRoutes(o);
  const closing = new AbortController();
  let run: ImageRun | null = null;
  let cancel: AbortController | null = null;
  let last: Generation | null = null;
  let nextId = 1;

  const take = (next: ImageRun): void => {
    run = next;
    changes.emit(withoutDeleted(next, o.gallery));
  };
  const stopWatchingGallery = o.gallery.onChange(() => {
    if (run?.phase.kind === 'done') take(run);
  });
  const enter = (runId: string, phase: RunPhase): void => {
    if (run?.runId === runId) take({ ...run, phase });
  };
  const routeOf = (wanted: RouteId) => {
    const found = routes.find(({ id }) => id === wanted);
    if (found === undefined) throw imagesError('images-route', `There is no route ${wanted}.`, 'Select another route.');
    return found;
  };

  return {
    routes: () => Promise.all(routes.map((route) => route.state())),
    run: () => (run === null ? null : withoutDeleted(run, o.gallery)),
    start: (requestedRoute, wanted) => {
      if (cancel !== null) throw imagesError('images-running', 'A run is already in progress.', 'Wait until it ends, or cancel it.');
      o.gallery.requireRoom();
      const problem = sizeProblem(wanted.width, wanted.height);
      if (problem !== null) throw imagesError('images-size', problem, 'Select another size.');
      const route = routeOf(requestedRoute);
      const parameters = { ...wanted, seed: wanted.seed ?? anySeed() };
      const cancelling = new AbortController();
      const begun: ImageRun = {
        runId: `run-${nextId++}`,
        route: route.id,
        parameters,
        startedAt: o.now(),
        curl: route.curl(parameters),
        phase: { kind: 'running', message: 'Sent', ahead: null, share: null, preview: null },
      };
      cancel = cancelling;
      // A cancelled run whose jobs are cancelled as they appear must not take those of a new one with the same seed.
      last?.stop();
      take(begun);
      last = route.generate({
        parameters,
        startedAt: begun.startedAt,
        cancelled: cancelling.signal,
        closed: closing.signal,
        onProgress: (progress) => {
          const isRunning = run?.runId === begun.runId && run.phase.kind === 'running';
          if (isRunning && !cancelling.signal.aborted) enter(begun.runId, { kind: 'running', ...progress });
        },
      });
      void performRun(begun, cancelling.signal, {
        ...o,
        generation: last,
        onFailed: ({ code }) => o.log.warn('images.failed', { route: route.id, code }),
        enter: (phase) => enter(begun.runId, phase),
        onOver: () => {
          if (cancel === cancelling) cancel = null;
        },
      });
      return begun;
    },
    cancel: (runId) => {
      if (run?.runId === runId) cancel?.abort();
    },
    onChange: changes.on,
    stop: () => {
      closing.abort();
      last?.stop();
      stopRoutes();
      stopWatchingGallery();
    },
  };
}

const imagesError = (code: ErrorCode, message: string, hint: string): PanelException =>
  panelError({ code, layer: 'panel', message, hint, retryable: false });
