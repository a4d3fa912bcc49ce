import type { ImageParameters, ImageRun, RunPhase, SweepParameter, TimeLeft } from '../../../../shared/capabilities/images/contract.ts';
import { formatCount, formatDuration, formatDurationShort } from '../../../../shared/format.ts';
import type { Tone } from '../../../ui/tone.tsx';

/** Strings of the list of runs. */
export const RUN_TEXT = {
  title: 'Runs',
  cancelRun: 'Cancel run',
  cancelAll: 'Cancel all',
  cancelSweep: 'Cancel remaining',
  clearEnded: 'Clear finished',
  retry: 'Retry',
  retryFailed: 'Retry failed and cancelled',
  remove: 'Remove',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moveFirst: 'Move to front',
  show: 'Show',
  useParameters: 'Use parameters',
  copyPrompt: 'Copy prompt',
  promptCopied: 'Prompt copied',
  openSheet: 'Open sheet',
  restored: 'Runs restored',
  notWaiting: 'Only waiting runs can be moved',
  firstAlready: 'Already first',
  lastAlready: 'Already last',
  notEnded: 'Not finished yet',
  noneFailed: 'None failed or cancelled',
  tooFewImages: 'Needs 2 images',
} as const;

const STAGE_TEXT: Readonly<Record<Extract<RunPhase, { kind: 'running' }>['stage'], string>> = {
  sent: 'Sent',
  queued: 'Waiting in the queue',
  preparing: 'Preparing',
  loading: 'Loading model',
  generating: 'Generating',
  decoding: 'Decoding',
  transfer: 'Transferring',
  saving: 'Saving',
};

export const PARAMETER_TEXT: Readonly<Record<SweepParameter, string>> = {
  steps: 'Steps',
  guidance: 'Guidance',
  seed: 'Seed',
  size: 'Size',
  model: 'Model',
  scheduler: 'Scheduler',
  words: 'Prompt words',
};

type Running = Extract<RunPhase, { kind: 'running' }>;
type Waiting = Extract<RunPhase, { kind: 'waiting' }>;

/** `Generating image 2 of 4, step 12 of 30`; what the backend's queue reports is repeated in its words. */
export function describeStage({ stage, message, step, share }: Running, count: number): string {
  if (stage === 'queued') return message;
  const image =
    count > 1 && share !== null && stage !== 'transfer'
      ? ` image ${Math.min(count, Math.floor(share * count + 1e-6) + 1)} of ${count}`
      : '';
  return `${STAGE_TEXT[stage]}${image}${step === null ? '' : `, step ${step.at} of ${step.of}`}`;
}

/** `12 s left` by reported steps, `about 12 s left` by earlier runs. */
export function describeTimeLeft(left: TimeLeft | null, nowMs: number): string {
  if (left === null) return 'time left unknown';
  const leftMs = Math.max(0, left.leftMs - Math.max(0, nowMs - left.asOf));
  const wholeMs = Math.ceil(leftMs / 1000) * 1000;
  return `${left.from === 'past' ? 'about ' : ''}${wholeMs < 60_000 ? formatDurationShort(wholeMs) : formatDuration(wholeMs)} left`;
}

export const describePlace = ({ ahead }: Waiting): string => (ahead === 0 ? 'next' : `${ahead} ahead`);

export function describeEnd({ phase, parameters }: Pick<ImageRun, 'phase' | 'parameters'>): string {
  switch (phase.kind) {
    case 'done': {
      const { length } = phase.images;
      if (length === 0) return 'Deleted';
      const images = length === 1 ? '1 image' : `${length} images`;
      return `${length === parameters.count ? images : `${length} of ${parameters.count} images`} in ${formatDuration(phase.timing.totalMs)}`;
    }
    case 'failed':
      return `Failed: ${phase.error.message}`;
    case 'cancelled':
      return phase.elapsedMs === 0 ? 'Cancelled before it was sent' : `Cancelled after ${formatDuration(phase.elapsedMs)}`;
    default:
      return '';
  }
}

/** `512 × 512 · 20 steps · seed 42`. */
export function describeParameters({ width, height, steps, seed, count }: ImageParameters): string {
  return `${count > 1 ? `${count} × ` : ''}${width} × ${height} · ${steps} steps · seed ${seed ?? 'random'}`;
}

export function describeCounts(o: { readonly running: number; readonly waiting: number }): string {
  const parts = [...(o.running === 0 ? [] : [`${o.running} running`]), ...(o.waiting === 0 ? [] : [`${o.waiting} waiting`])];
  return parts.join(', ');
}
export const describeMore = (count: number): string => `Show all ${formatCount(count)}`;
export const describeRemoved = (count: number): string => (count === 1 ? 'Run removed' : `${formatCount(count)} runs removed`);
export const describeRunMenu = (prompt: string): string => `Actions for ${prompt.slice(0, 60)}`;
export const describeAct = (act: string, prompt: string): string => `${act}: ${prompt.slice(0, 60)}`;
export const describeCompare = (count: number): string => `Compare ${count}`;

export const describeSweep = (x: SweepParameter, y: SweepParameter | null): string =>
  `Sweep: ${PARAMETER_TEXT[x].toLowerCase()}${y === null ? '' : ` × ${PARAMETER_TEXT[y].toLowerCase()}`}`;
export function describeSweepState(o: {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Waiting or at work. */
  readonly open: number;
  readonly total: number;
}): { readonly tone: Tone; readonly word: string } {
  const more = [...(o.failed === 0 ? [] : [`${o.failed} failed`]), ...(o.cancelled === 0 ? [] : [`${o.cancelled} cancelled`])];
  const tone = o.open > 0 ? 'busy' : o.failed + o.cancelled > 0 ? 'warning' : 'good';
  return { tone, word: [`${o.done} of ${o.total} images`, ...more].join(', ') };
}
