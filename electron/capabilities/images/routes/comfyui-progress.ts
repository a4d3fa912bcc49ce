import type { RunStage } from '../../../../shared/capabilities/images/contract.ts';
import { SAMPLE_NODE } from '../../../../shared/image-graphs/comfyui.ts';
import type { ComfyUiEvent } from '../../backends/comfyui-events.ts';
import { drawablePreview } from '../preview.ts';
import type { Progress } from './route.ts';

interface Stage {
  readonly stage: RunStage;
  readonly words: string;
}

const LOADING: Stage = { stage: 'loading', words: 'Loading the checkpoint' };
const DENOISING: Stage = { stage: 'generating', words: 'Denoising' };

/** What the nodes of the panel's workflow do. */
const STAGES: ReadonlyMap<string, Stage> = new Map([
  ['checkpoint', LOADING],
  ['positive', { stage: 'preparing', words: 'Encoding the prompt' }],
  ['negative', { stage: 'preparing', words: 'Encoding the prompt' }],
  ['latent', { stage: 'preparing', words: 'Preparing' }],
  [SAMPLE_NODE, DENOISING],
  ['decode', { stage: 'decoding', words: 'Decoding' }],
  ['save', { stage: 'decoding', words: 'Saving the image' }],
]);

/** How far the jobs of one run are, by ComfyUI's events and its queue. */
export interface ComfyUiProgress {
  /** The jobs in the order of their images; to be called before a job is sent. */
  add(promptId: string): void;
  /** ComfyUI gave a job another id than the one sent. */
  rename(promptId: string, to: string): void;
  /** Whether the event is about one of the jobs. */
  take(event: ComfyUiEvent): boolean;
  /** A job waits behind `ahead` others. */
  waits(promptId: string, ahead: number): void;
  /** When ComfyUI reported the start of a job, by the clock passed in; null = it was not heard. */
  startedAt(promptId: string): number | null;
}

export function createComfyUiProgress(o: {
  readonly count: number;
  readonly report: (progress: Progress) => void;
  readonly now: () => number;
}): ComfyUiProgress {
  const jobs: string[] = [];
  const started = new Map<string, number>();
  const ended = new Set<string>();
  let step: { readonly promptId: string; readonly at: number; readonly of: number; readonly share: number } | null = null;
  let stage = LOADING;
  let preview: string | null = null;

  /** Events without an id are of the job at work, which is the first of those that have not ended. */
  const jobOf = (promptId: string | null): string | null => {
    if (promptId !== null) return jobs.includes(promptId) ? promptId : null;
    return jobs.find((job) => started.has(job) && !ended.has(job)) ?? null;
  };
  const report = (promptId: string): void => {
    const place = jobs.indexOf(promptId);
    const share = step?.promptId === promptId ? step.share : null;
    const which = o.count > 1 ? ` image ${place + 1} of ${o.count}` : '';
    const isDenoising = share !== null && stage === DENOISING;
    const percent = isDenoising ? `, ${Math.round(share * 100)} %` : '';
    o.report({
      stage: stage.stage,
      message: `${stage.words}${which}${percent}`,
      ahead: 0,
      share: (place + (share ?? 0)) / o.count,
      step: isDenoising && step !== null ? { at: step.at, of: step.of } : null,
      preview,
    });
  };
  const begin = (promptId: string): void => {
    if (started.has(promptId)) return;
    started.set(promptId, o.now());
    step = null;
    preview = null;
    stage = { stage: 'preparing', words: 'Started' };
  };
  return {
    add: (promptId) => void jobs.push(promptId),
    rename: (promptId, to) => void jobs.splice(jobs.indexOf(promptId), 1, to),
    take: (event) => {
      if (event.kind === 'socket' || event.kind === 'queue') return false;
      const promptId = jobOf(event.promptId);
      if (promptId === null || ended.has(promptId)) return promptId !== null;
      begin(promptId);
      switch (event.kind) {
        case 'ended':
          ended.add(promptId);
          return true;
        case 'node':
          stage = STAGES.get(event.node) ?? stage;
          break;
        case 'progress':
          // The other nodes report 0 of 1.
          if (event.node !== SAMPLE_NODE) return true;
          step = {
            promptId,
            at: Math.round(event.value),
            of: Math.round(event.max),
            share: Math.min(1, Math.max(0, event.value / event.max)),
          };
          stage = DENOISING;
          break;
        case 'preview':
          preview = drawablePreview(event.preview) ?? preview;
          break;
        case 'started':
          break;
      }
      report(promptId);
      return true;
    },
    waits: (promptId, ahead) => {
      // Behind the run's own images there is nothing to wait for.
      if (jobs.some((job) => started.has(job) && !ended.has(job)) || jobs.indexOf(promptId) !== ended.size) return;
      o.report({ stage: 'queued', message: `Waiting in the queue, ${ahead} ahead`, ahead, share: null, step: null, preview: null });
    },
    startedAt: (promptId) => started.get(promptId) ?? null,
  };
}
