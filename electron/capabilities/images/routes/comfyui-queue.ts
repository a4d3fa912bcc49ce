import { randomUUID } from 'node:crypto';

import type { ImageParameters } from '../../../../shared/capabilities/images/contract.ts';
import { PanelException, toPanelError } from '../../../../shared/errors.ts';
import { baseOfCheckpoint, comfyuiWorkflow, isComfyuiScheduler, SAMPLE_NODE } from '../../../../shared/image-graphs/comfyui.ts';
import { DEFAULTS, seedOf } from '../../../../shared/image-graphs/rules.ts';
import { monotonicMs } from '../../../../shared/monotonic.ts';

import type { ComfyUiHistory } from '../../backends/comfyui.ts';
import type { ComfyUiEvents } from '../../backends/comfyui-events.ts';
import type { JsonClient } from '../../backends/json-client.ts';

import { generationLostError, modelNotInstalledError, schedulerNotAvailableError } from '../errors.ts';
import type { GeneratedImage, GenerationResult } from '../generation-result.ts';
import { findJob, submitWorkflow } from './comfyui-jobs.ts';
import { createComfyUiProgress } from './comfyui-progress.ts';
import { factsOf, fetchImage, imagesOf } from './comfyui-results.ts';
import type { JobNotes } from './open-jobs.ts';
import { nextPoll, type Patience, retryWhileAway } from './queue-wait.ts';
import type { Progress } from './route.ts';

/** Ends of one job that say nothing of the others. */
const ENDED_ALONE: ReadonlySet<string> = new Set(['generation-cancelled', 'generation-lost']);
const FILE_PREFIX = 'ada-panel';
/** Without its socket a run has no progress to show, but it need not wait for one. */
const SOCKET_TIMEOUT_MS = 2_000;
const POLL_INTERVAL_MS = 500;
/** While the socket reports each change, polls only make up for lost events. */
const POLL_WITH_EVENTS_MS = 3_000;

export interface ComfyUiRun extends Omit<Patience, 'queueEvents'> {
  readonly client: JsonClient;
  readonly events: ComfyUiEvents;
  readonly parameters: ImageParameters;
  readonly checkpoints: () => Promise<readonly string[]>;
  readonly jobs: JobNotes;
  readonly onProgress: (progress: Progress) => void;
  /** A moment of this computer by the host's clock; null = that clock is not known. */
  readonly hostTime: (atMs: number) => number | null;
  readonly now: () => number;
}

/** The workflow of one image of a run, the first at index 0. */
export function workflowOf(parameters: ImageParameters, checkpoint: string, index: number): Readonly<Record<string, unknown>> {
  const { prompt, negativePrompt, width, height, steps, guidance } = parameters;
  const scheduler = parameters.scheduler ?? DEFAULTS[baseOfCheckpoint(checkpoint)].scheduler;
  const seed = seedOf(parameters.seed ?? 0, index);
  return comfyuiWorkflow({ prompt, negativePrompt, width, height, steps, guidance, scheduler, seed }, checkpoint, FILE_PREFIX);
}

/** The checkpoint that is meant: without a wish the first of SDXL, or else the first. Null = there is none. */
export const checkpointOf = (wanted: string | null, checkpoints: readonly string[]): string | null =>
  wanted === null
    ? (checkpoints.find((name) => baseOfCheckpoint(name) === 'sdxl') ?? checkpoints[0] ?? null)
    : (checkpoints.find((name) => name === wanted) ?? null);

/**
 * Enqueues one job per image in ComfyUI, so that each has its own seed. Waits on while ComfyUI cannot be
 * reached, and finds the result in its history then. Finished images are returned even when the rest failed, with a note;
 * the aborting caller cancels the open jobs of `jobs`. Throws what the client throws, model-not-installed, scheduler-not-available, comfyui-workflow-refused,
 * generation-failed, gpu-out-of-memory, generation-cancelled, generation-lost.
 */
export async function generateInComfyUi(o: ComfyUiRun): Promise<GenerationResult> {
  const { client, parameters, signal } = o;
  const { scheduler } = parameters;
  if (scheduler !== null && !isComfyuiScheduler(scheduler)) throw schedulerNotAvailableError(client.peer, scheduler);
  const startedMs = monotonicMs();
  const progress = createComfyUiProgress({ count: parameters.count, report: o.onProgress, now: monotonicMs });
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resume of woken) resume();
  };
  const stopListening = o.events.on((event) => {
    const isOurs = progress.take(event);
    if (event.kind === 'queue' || event.kind === 'socket' || (isOurs && event.kind === 'ended')) wake();
  });
  const patience: Patience = { ...o, queueEvents: () => new Promise((resolve) => waiting.push(resolve)) };
  try {
    const [checkpoints] = await Promise.all([retryWhileAway(o.checkpoints, patience), heard(o.events, patience)]);
    const checkpoint = checkpointOf(parameters.model, checkpoints);
    if (checkpoint === null) throw modelNotInstalledError(client.peer, parameters.model);
    const connectMs = monotonicMs() - startedMs;
    const sentAt = { hostMs: o.hostTime(o.now()), monotonicMs: monotonicMs() };
    const promptIds: string[] = [];
    for (const index of Array(parameters.count).keys()) {
      const wanted = randomUUID();
      progress.add(wanted);
      const promptId = await submit(o, patience, { wanted, checkpoint, index });
      if (promptId !== wanted) progress.rename(wanted, promptId);
      promptIds.push(promptId);
    }
    const made = await collect(o, patience, promptIds, progress.waits);
    const [failure] = made.failures;
    if (made.images.length === 0 && failure !== undefined) throw failure;
    const [first] = promptIds;
    const lastEventAt = first === undefined ? null : progress.startedAt(first);
    const byClock = sentAt.hostMs === null || made.firstStartedAt === null ? null : Math.max(0, made.firstStartedAt - sentAt.hostMs);
    const waitMs = lastEventAt === null ? byClock : Math.max(0, lastEventAt - sentAt.monotonicMs);
    const rest = monotonicMs() - startedMs - connectMs - (waitMs ?? 0) - made.generateMs - made.transferMs;
    return {
      images: made.images,
      modelUsed: made.checkpoint ?? checkpoint,
      notes: [
        ...(made.isCached ? ['ComfyUI had the image in its cache; nothing was generated.'] : []),
        ...(failure === undefined || signal.aborted
          ? []
          : [`${made.images.length} of ${promptIds.length} images were generated. ${failure.message}`]),
      ],
      requestId: promptIds.join(', '),
      headers: [],
      timing: { connectMs, waitMs, generateMs: made.generateMs, answerMs: Math.max(0, rest), transferMs: made.transferMs },
    };
  } finally {
    stopListening();
  }
}

/** Resolves when the socket is open, at the latest after {@link SOCKET_TIMEOUT_MS}. */
async function heard(events: ComfyUiEvents, patience: Patience): Promise<void> {
  const deadlineMs = monotonicMs() + SOCKET_TIMEOUT_MS;
  while (!events.isUp() && monotonicMs() < deadlineMs) await nextPoll(patience, Math.max(1, deadlineMs - monotonicMs()));
}

async function submit(
  o: ComfyUiRun,
  patience: Patience,
  { wanted, checkpoint, index }: { readonly wanted: string; readonly checkpoint: string; readonly index: number },
): Promise<string> {
  const { client, jobs, signal, events } = o;
  jobs.opened(wanted);
  const workflow = workflowOf(o.parameters, checkpoint, index);
  const send = () => submitWorkflow({ client, clientId: events.clientId, promptId: wanted, workflow, checkpoint });
  try {
    const promptId = await retryWhileAway(send, patience);
    if (promptId === wanted) return promptId;
    jobs.opened(promptId);
    jobs.ended(wanted);
    return promptId;
  } catch (thrown) {
    // The operator's cancel takes it along; a refusal leaves no job.
    if (!signal.aborted) jobs.abandoned(wanted);
    throw thrown;
  }
}

interface Collected {
  readonly images: GeneratedImage[];
  readonly failures: PanelException[];
  checkpoint: string | null;
  isCached: boolean;
  firstStartedAt: number | null;
  generateMs: number;
  transferMs: number;
}

/** Waits for the jobs in their order and fetches their images. An interrupted or lost one takes no other with it. */
async function collect(
  o: ComfyUiRun,
  patience: Patience,
  promptIds: readonly string[],
  waits: (promptId: string, ahead: number) => void,
): Promise<Collected> {
  const { client, signal } = o;
  const made: Collected = {
    images: [],
    failures: [],
    checkpoint: null,
    isCached: false,
    firstStartedAt: null,
    generateMs: 0,
    transferMs: 0,
  };
  for (const promptId of promptIds) {
    try {
      const entry = await ended(o, patience, promptId, waits);
      o.jobs.ended(promptId);
      made.firstStartedAt ??= entry.startedAt;
      made.generateMs += Math.max(0, (entry.endedAt ?? 0) - (entry.startedAt ?? 0));
      const [image] = imagesOf(client, entry);
      const fetchedFrom = monotonicMs();
      const data = await retryWhileAway(() => fetchImage(client, image, signal), patience);
      made.transferMs += monotonicMs() - fetchedFrom;
      const { reported, checkpoint } = factsOf(entry);
      made.checkpoint ??= checkpoint;
      made.isCached ||= entry.cachedNodes.includes(SAMPLE_NODE);
      made.images.push({ data, reported });
    } catch (thrown) {
      const failure = thrown instanceof PanelException ? thrown : new PanelException(toPanelError(thrown));
      made.failures.push(failure);
      // A failure would only repeat itself.
      if (signal.aborted || !ENDED_ALONE.has(failure.panelError.code)) break;
    }
  }
  return made;
}

async function ended(
  o: ComfyUiRun,
  patience: Patience,
  promptId: string,
  waits: (promptId: string, ahead: number) => void,
): Promise<ComfyUiHistory> {
  for (;;) {
    const place = await retryWhileAway(() => findJob(o.client, promptId, o.signal), patience);
    o.events.revive();
    if (place.kind === 'ended') return place.entry;
    if (place.kind === 'lost') {
      o.jobs.ended(promptId);
      throw generationLostError(o.client.peer);
    }
    if (place.kind === 'waiting') waits(promptId, place.ahead);
    await nextPoll(patience, o.events.isUp() ? POLL_WITH_EVENTS_MS : POLL_INTERVAL_MS);
  }
}
