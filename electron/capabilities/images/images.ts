import { randomBytes } from 'node:crypto';
import {
  type ImageParameters,
  type ImageRun,
  MAX_OPEN_RUNS,
  type RouteId,
  type RouteState,
  type RunOrder,
  type Sweep,
} from '../../../shared/capabilities/images/contract.ts';
import { sizeProblem } from '../../../shared/image-graphs/rules.ts';
import type { Logger } from '../../foundation/log/log.ts';
import type { Gallery } from '../gallery/gallery.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GpuSampler } from '../gpu/sampler.ts';
import type { PromptLibrary } from '../library/library.ts';
import { imagesRequestError } from './errors.ts';
import { runsOfForm } from './form-runs.ts';
import { isEnded } from './next-runs.ts';
import { createPastRunTimes } from './past-runs.ts';
import { createRoutes, type RouteOptions } from './routes/all-routes.ts';
import { createRunList } from './run-list.ts';
import { createRunSender } from './run-sender.ts';

/** The Playground of one host: its runs, sent as their routes take them. */
export interface Images {
  routes(): Promise<RouteState[]>;
  /** In the order in which they are sent, with those that ended. */
  runs(): readonly ImageRun[];
  queue(): { readonly runs: ImageRun[]; readonly order: RunOrder };
  /** Throws images-queue-full, images-route, images-size, images-unsaved. */
  start(route: RouteId, parameters: ImageParameters): ImageRun;
  /** Resolves the prompt's alternatives and lists. Throws as `start` does, and images-sweep, images-template. */
  startForm(route: RouteId, parameters: ImageParameters, sweep: Sweep | null): void;
  /** Sends an ended run again, with its parameters. Throws as `start` does. */
  retry(runId: string): void;
  /** Null = every run that has not ended. */
  cancel(runIds: readonly string[] | null): void;
  move(runId: string, before: string | null): void;
  /** Returns the id of the removal. */
  remove(runIds: readonly string[]): number;
  /** Throws images-removal-unknown. */
  restore(removalId: number): void;
  estimateMs(parameters: ImageParameters): number | null;
  onChange(listener: (run: ImageRun) => void): () => void;
  onOrder(listener: (order: RunOrder) => void): () => void;
  stop(): void;
}

export interface ImagesOptions extends RouteOptions {
  readonly gateway: Pick<Gateway, 'state' | 'request' | 'refresh' | 'onChange'>;
  readonly gpu: Pick<GpuSampler, 'status' | 'onSamples'>;
  readonly gallery: Gallery;
  readonly library: Pick<PromptLibrary, 'wildcards' | 'notePrompt'>;
  /** How long earlier runs took, over restarts of the panel. */
  readonly pastRuns: { recall(): unknown; remember(past: unknown): void };
  readonly hostLabel: () => string;
  readonly log: Logger;
  readonly anySeed?: () => number;
}

export function createImages(o: ImagesOptions): Images {
  const anySeed = o.anySeed ?? (() => randomBytes(4).readUInt32BE(0));
  const { routes, stop: stopRoutes } = createRoutes(o);
  const list = createRunList(o.gallery);
  const past = createPastRunTimes(o.pastRuns);
  const sender = createRunSender({ ...o, list, routes, past });
  let nextId = 1;
  let nextGroupId = 1;

  const requireRoute = (wanted: RouteId): void => {
    if (!routes.some(({ id }) => id === wanted))
      throw imagesRequestError('images-route', `There is no route ${wanted}.`, 'Select another route.');
  };
  const requirePlace = (count: number): void => {
    o.gallery.requireRoom();
    const open = list.all().filter((run) => !isEnded(run)).length;
    if (open + count <= MAX_OPEN_RUNS) return;
    throw imagesRequestError('images-queue-full', `${open} of at most ${MAX_OPEN_RUNS} runs are waiting.`, 'Wait, or cancel some of them.');
  };
  const waitingRun = (route: RouteId, parameters: ImageParameters, group: ImageRun['group']): ImageRun => {
    const problem = sizeProblem(parameters.width, parameters.height);
    if (problem !== null) throw imagesRequestError('images-size', problem, 'Select another size.');
    return {
      runId: `run-${nextId++}`,
      route,
      parameters: { ...parameters, seed: parameters.seed ?? anySeed() },
      startedAt: o.now(),
      group,
      curl: null,
      phase: { kind: 'waiting', cause: 'order', ahead: 0, message: '', retryAt: null },
    };
  };
  return {
    routes: () => Promise.all(routes.map((route) => route.state())),
    runs: list.all,
    queue: list.shown,
    start: (route, parameters) => {
      requireRoute(route);
      requirePlace(1);
      const run = waitingRun(route, parameters, null);
      list.add([run], null);
      sender.sendNext();
      return list.find(run.runId) ?? run;
    },
    startForm: (route, parameters, sweep) => {
      requireRoute(route);
      // One seed for all cells, so that nothing but the axes differs.
      const runs = runsOfForm({ ...parameters, seed: parameters.seed ?? anySeed() }, sweep, o.library.wildcards());
      requirePlace(runs.length);
      const isGroup = sweep !== null || runs.length > 1;
      const groupId = `group-${nextGroupId}`;
      const added = runs.map((one, cell) => waitingRun(route, one, isGroup ? { groupId, cell } : null));
      if (isGroup) nextGroupId += 1;
      list.add(added, isGroup ? { groupId, sweep, addedAt: o.now() } : null);
      o.library.notePrompt(parameters.prompt);
      sender.sendNext();
    },
    retry: (runId) => {
      const run = list.find(runId);
      if (run === undefined || !isEnded(run)) return;
      requirePlace(1);
      sender.forget(runId);
      list.take({ ...run, startedAt: o.now(), phase: { kind: 'waiting', cause: 'order', ahead: 0, message: '', retryAt: null } });
      list.move(runId, null);
      sender.sendNext();
    },
    cancel: (runIds) => {
      const open = list.all().filter((run) => !isEnded(run) && (runIds === null || runIds.includes(run.runId)));
      // Those that wait first: else one of them takes the place of a run that ends.
      const isWaiting = ({ phase }: ImageRun): boolean => phase.kind === 'waiting';
      for (const run of [...open.filter(isWaiting), ...open.filter((one) => !isWaiting(one))]) sender.cancel(run);
      sender.sendNext();
    },
    move: (runId, before) => {
      if (list.find(runId)?.phase.kind !== 'waiting') return;
      list.move(runId, before);
      sender.sendNext();
    },
    remove: (runIds) => {
      const removalId = list.remove(runIds.filter((runId) => list.find(runId)?.phase.kind !== 'running'));
      sender.sendNext();
      return removalId;
    },
    restore: (removalId) => {
      if (!list.restore(removalId)) {
        throw imagesRequestError('images-removal-unknown', 'The removed runs are no longer in memory.', 'Their images are in the gallery.');
      }
      sender.sendNext();
    },
    estimateMs: past.estimateMs,
    onChange: list.onRun,
    onOrder: list.onOrder,
    stop: () => {
      sender.stop();
      stopRoutes();
      list.stop();
    },
  };
}
