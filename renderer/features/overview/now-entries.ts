import type { ChecksState } from '../../../shared/capabilities/checks/contract.ts';
import type { ComfyUiState } from '../../../shared/capabilities/comfyui/contract.ts';
import type { ModelsState, QueueProgress } from '../../../shared/capabilities/models/contract.ts';
import type { SetupRun } from '../../../shared/capabilities/setup/contract.ts';
import { hasCode } from '../../../shared/errors.ts';
import type { Tone } from '../../ui/tone.tsx';
import { describeProgress as describeCheckProgress } from '../checks/run-text.ts';
import { describeDownload } from '../models/comfyui/text.ts';
import { describeJob } from '../models/job-text.ts';
import { shareOf } from '../models/model-search.ts';
import { describeRunState, describeRunTitle, describeProgress as describeSetupProgress } from '../setup/text.ts';
import type { Place } from './place.ts';
import { describeJobLeft, describeJobTitle, describeUnknownQueue, describeWaiting, NOW_TEXT } from './text.ts';

/** Something that runs or waits at this moment. */
export interface NowEntry {
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** 0 to 1; null = no telling. Undefined = it has no progress. */
  readonly share?: number | null;
  /** A small image as a data URL. */
  readonly preview?: string | null;
  readonly place: Place;
}

export interface NowState {
  readonly models: Pick<ModelsState, 'phase' | 'queue' | 'jobs'>;
  readonly comfyui: Pick<ComfyUiState, 'phase' | 'queue' | 'downloads'>;
  readonly setup: Pick<SetupRun, 'state' | 'title' | 'steps'> | null;
  readonly checks: ChecksState['run'];
  /** Of InvokeAI's current job; null = not reported. */
  readonly progress: QueueProgress | null;
  readonly nowMs: number;
}

/** Below this share of a job nothing is said about the time left. */
const LEAST_SHARE = 0.05;

/** The time that a job needs still, ms, at the speed that it had so far; null = no telling. */
export function timeLeftMs(startedAt: number | null, share: number | null, nowMs: number): number | null {
  if (startedAt === null || share === null || !(share >= LEAST_SHARE) || share > 1 || nowMs <= startedAt) return null;
  return ((nowMs - startedAt) / share) * (1 - share);
}

/** What runs or waits now: the job, the queues, downloads, a setup, checks; in this order. */
export function nowEntries(state: NowState): readonly NowEntry[] {
  return [...invokeAiEntries(state), ...comfyUiEntries(state), ...downloadEntries(state), ...runEntries(state)];
}

const MODELS: Place = { page: 'models' };

interface Program {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly place: Place;
}
const INVOKEAI: Program = { id: 'queue', name: NOW_TEXT.invokeAi, title: NOW_TEXT.invokeAiQueue, place: MODELS };
const COMFYUI: Program = { id: 'comfyui', name: NOW_TEXT.comfyUi, title: NOW_TEXT.comfyUiQueue, place: { ...MODELS, modelsOf: 'comfyui' } };

/** A queue that may hold jobs, and why it is not known. */
function unknownQueue({ id, name, title, place }: Program, phase: ComfyUiState['phase']): NowEntry {
  const tone = phase.kind === 'failing' ? 'stale' : 'unknown';
  return { id, tone, title, detail: describeUnknownQueue(name, phase.kind), place };
}

function invokeAiEntries({ models: { phase, queue }, progress: reported, nowMs }: NowState): readonly NowEntry[] {
  if (phase.kind !== 'live' || queue === null) return [unknownQueue(INVOKEAI, phase)];
  const { current, pending, inProgress, isStarted, isStalled } = queue;
  const waiting = pending ?? 0;
  if (current === null && (inProgress ?? 0) === 0) {
    if (waiting === 0) return pending === null || inProgress === null ? [unknownQueue(INVOKEAI, phase)] : [];
    const isOff = isStarted === false || isStalled;
    const word = isStarted === false ? NOW_TEXT.paused : isStalled ? NOW_TEXT.stalled : NOW_TEXT.starting;
    return [
      {
        id: 'queue',
        tone: isOff ? 'warning' : 'busy',
        title: NOW_TEXT.invokeAiQueue,
        detail: `${describeWaiting(waiting)}, ${word}`,
        place: MODELS,
      },
    ];
  }
  const progress = current !== null && reported?.itemId === current.itemId ? reported : null;
  const share = progress?.share ?? null;
  return [
    {
      id: 'job',
      tone: 'busy',
      title: describeJobTitle(NOW_TEXT.invokeAi, current?.prompt ?? null),
      detail: describeJobLeft({
        message: progress?.message ?? '',
        share,
        leftMs: timeLeftMs(current?.startedAt ?? null, share, nowMs),
        waiting,
      }),
      share,
      preview: progress?.preview ?? null,
      place: MODELS,
    },
  ];
}

function comfyUiEntries({ comfyui: { phase, queue } }: NowState): readonly NowEntry[] {
  // ComfyUI has its queue in memory: where it is not installed or nothing listens on its port, nothing runs.
  if (phase.kind === 'absent' || (phase.kind === 'failing' && hasCode(phase.error, 'tunnel-refused'))) return [];
  if (phase.kind !== 'live' || queue === null) return [unknownQueue(COMFYUI, phase)];
  const { running, pendingCount } = queue;
  if (running === null && pendingCount === 0) return [];
  return [
    {
      id: COMFYUI.id,
      tone: 'busy',
      title: running === null ? COMFYUI.title : describeJobTitle(NOW_TEXT.comfyUi, running.prompt),
      detail: pendingCount === 0 ? NOW_TEXT.running : describeWaiting(pendingCount),
      place: COMFYUI.place,
    },
  ];
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'cancelled', 'error', 'unknown']);

function downloadEntries({ models, comfyui }: NowState): readonly NowEntry[] {
  return [
    ...models.jobs
      .filter(({ state }) => !ENDED.has(state))
      .map((job): NowEntry => {
        const { tone, word, detail } = describeJob(job);
        const base = { id: `install ${job.jobId}`, title: job.source, share: shareOf(job), place: MODELS };
        return models.phase.kind === 'live'
          ? { ...base, tone, detail: `${word}, ${detail}` }
          : { ...base, tone: 'stale', detail: `${word}, ${NOW_TEXT.lastKnown}` };
      }),
    ...comfyui.downloads
      .filter(({ state }) => state === 'downloading' || state === 'checking' || state === 'stopped')
      .map((download): NowEntry => {
        const { tone, word, detail } = describeDownload(download);
        const { name } = download;
        return { id: `download ${name}`, tone, title: name, detail: `${word}, ${detail}`, share: shareOf(download), place: COMFYUI.place };
      }),
  ];
}

function runEntries({ setup, checks }: NowState): readonly NowEntry[] {
  const entries: NowEntry[] = [];
  if (setup !== null && ['running', 'cancelling', 'interrupted'].includes(setup.state)) {
    const { tone, word } = describeRunState(setup);
    const done = setup.steps.filter(({ state }) => state === 'done').length;
    const step = setup.steps.find(({ state }) => state === 'running')?.title;
    entries.push({
      id: 'setup',
      tone,
      title: describeRunTitle(setup),
      detail: [describeSetupProgress(setup.steps), step ?? word].join(' · '),
      share: setup.steps.length === 0 ? null : done / setup.steps.length,
      place: { page: 'setup' },
    });
  }
  if (checks !== null) {
    entries.push({
      id: 'checks',
      tone: 'busy',
      title: NOW_TEXT.checks,
      detail: describeCheckProgress(checks),
      share: checks.ids.length === 0 ? null : checks.done.length / checks.ids.length,
      place: { page: 'checks' },
    });
  }
  return entries;
}
