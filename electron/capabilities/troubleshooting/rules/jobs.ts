import { formatDuration } from '../../../../shared/format.ts';
import { isRecord } from '../../../../shared/record.ts';
import { countOf, utcOf } from '../../backends/values.ts';
import { type Evidence, need, unknown } from '../evidence.ts';
import {
  byHand,
  byRecipe,
  byService,
  certain,
  likely,
  linesWith,
  logRule,
  onPage,
  proofLines,
  proofOf,
  type Rule,
  readSince,
  ruledOut,
  sinceStart,
  UNIT_NAMES,
} from '../rule.ts';

const QUEUE_PATH = 'GET :9090/api/v1/queue/default/status';
const HANGING_MS = 5 * 60_000;
const LONG_QUEUE = 4;
const WARM_S = 1;
const NEWEST_JOBS = 10;

interface QueueReading {
  readonly pending: number;
  readonly inProgress: number;
  readonly isStarted: boolean | null;
  readonly isProcessing: boolean | null;
  readonly text: string;
}

/** The queue of InvokeAI; throws MissingEvidence where it does not answer. */
export function queueOf(evidence: Evidence): QueueReading {
  const reply = need(evidence.probes.queue);
  if (reply.kind === 'failed') return need(unknown(`InvokeAI does not report its queue: ${reply.message}`));
  let document: unknown;
  try {
    document = JSON.parse(reply.body);
  } catch {
    document = null;
  }
  const queue = isRecord(document) && isRecord(document['queue']) ? document['queue'] : null;
  if (reply.status !== 200 || !isRecord(document) || queue === null)
    return need(unknown(`InvokeAI does not report its queue: status ${reply.status}`));
  const processor = isRecord(document['processor']) ? document['processor'] : {};
  const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
  const [pending, inProgress] = [countOf(queue['pending']) ?? 0, countOf(queue['in_progress']) ?? 0];
  const [isStarted, isProcessing] = [flag(processor['is_started']), flag(processor['is_processing'])];
  return {
    pending,
    inProgress,
    isStarted,
    isProcessing,
    text: `pending ${pending}, in progress ${inProgress}, started ${isStarted ?? 'unknown'}, processing ${isProcessing ?? 'unknown'}`,
  };
}

function currentStartedAt(evidence: Evidence): number | null {
  const reply = need(evidence.probes.current);
  if (reply.kind === 'failed' || reply.status !== 200) return null;
  try {
    const document: unknown = JSON.parse(reply.body);
    return isRecord(document) ? utcOf(document['started_at']) : null;
  } catch {
    return null;
  }
}

/** InvokeAI logs a load for each job; that of a model which is in VRAM already takes no time. */
const isWarm = (text: string): boolean => Number(/ in ([\d.]{1,10})s\b/.exec(text.slice(0, 1_000))?.[1] ?? Number.NaN) < WARM_S;

/** What can go wrong with a job in InvokeAI. */
export const JOB_RULES: readonly Rule[] = [
  {
    id: 'queue-paused',
    title: 'Queue paused',
    symptoms: ['stuck-queue', 'gateway-502', 'gateway-503', 'gateway-429', 'slow'],
    depth: 'jobs',
    test: (evidence) => {
      const queue = queueOf(evidence);
      if (queue.isStarted === null) return need(unknown('InvokeAI does not report whether its queue is running'));
      if (queue.isStarted) return ruledOut(`the queue is running: ${queue.text}`);
      return certain('The queue of InvokeAI is paused, so jobs wait.', {
        proof: [proofOf(QUEUE_PATH, queue.text)],
        fix: onPage('models', 'Resume the queue.'),
      });
    },
  },
  {
    id: 'queue-worker-dead',
    title: 'Worker of the queue ended',
    symptoms: ['stuck-queue', 'gateway-502', 'gateway-429'],
    depth: 'jobs',
    test: (evidence) => {
      const queue = queueOf(evidence);
      // A restart begins a new worker.
      const lines = linesWith(sinceStart(need(evidence.logs.invokeai)), ['Fatal Error in session processor']);
      const isIdle = queue.isStarted === true && queue.isProcessing === false && queue.pending > 0;
      if (!isIdle && (lines.length === 0 || queue.inProgress > 0))
        return ruledOut(`the worker is at work or has nothing to do: ${queue.text}`);
      return (lines.length > 0 ? certain : likely)(`The worker of InvokeAI’s queue ended, so that no job runs: ${queue.text}.`, {
        at: lines.at(-1)?.at ?? null,
        proof: [proofOf(QUEUE_PATH, queue.text), ...proofLines('invokeai', lines.slice(-3))],
        fix: byService('restart', UNIT_NAMES.invokeai, 'Restart InvokeAI; jobs that wait are then run.'),
      });
    },
  },
  {
    id: 'queue-item-poisoned',
    title: 'Job that fails again and again',
    symptoms: ['stuck-queue', 'gateway-502'],
    depth: 'jobs',
    test: (evidence) => {
      const all = need(evidence.logs.invokeai);
      const lines = linesWith(all, ['Non-fatal error in session processor']);
      if (lines.length < 3) return ruledOut(`${lines.length} × “Non-fatal error in session processor” ${readSince(all, evidence)}`);
      return likely('A job of the queue fails again and again before it runs.', {
        at: lines.at(-1)?.at ?? null,
        proof: proofLines('invokeai', lines.slice(-4)),
        fix: onPage('models', 'Cancel the current job or clear the queue, then restart InvokeAI.'),
      });
    },
  },
  {
    id: 'job-hangs',
    title: 'Job at work for long',
    symptoms: ['stuck-queue', 'gateway-502', 'gateway-429', 'slow'],
    depth: 'jobs',
    test: (evidence) => {
      const queue = queueOf(evidence);
      if (queue.inProgress === 0) return ruledOut(`no job is at work: ${queue.text}`);
      const startedAt = currentStartedAt(evidence);
      const age = startedAt === null ? null : evidence.nowMs - startedAt;
      const lines = need(evidence.logs.invokeai);
      const quietMs = evidence.nowMs - (lines.at(-1)?.at ?? evidence.fromMs);
      if (age === null) return need(unknown('InvokeAI does not report when the current job began'));
      if (age < HANGING_MS) return ruledOut(`the current job is ${formatDuration(age)} old`);
      return likely(`One job has been at work for ${formatDuration(age)}, and those behind it wait.`, {
        at: startedAt,
        proof: [proofOf(QUEUE_PATH, queue.text), proofOf('invokeai', `last log line ${formatDuration(quietMs)} ago`)],
        fix: onPage('models', 'Cancel the current job; if it does not end, restart InvokeAI.'),
      });
    },
  },
  {
    id: 'queue-long',
    title: 'Many jobs wait',
    symptoms: ['slow', 'gateway-502', 'gateway-429', 'stuck-queue'],
    depth: 'jobs',
    test: (evidence) => {
      const queue = queueOf(evidence);
      if (queue.pending < LONG_QUEUE) return ruledOut(queue.text);
      return likely(`${queue.pending} jobs wait in InvokeAI’s queue, and each waits for those before it.`, {
        proof: [proofOf(QUEUE_PATH, queue.text)],
        fix: onPage('models', 'Wait, or clear jobs that nobody needs. The gateway gives up on an image after 120 s.'),
      });
    },
  },
  {
    id: 'model-loaded-again-and-again',
    title: 'Models loaded again for each job',
    symptoms: ['slow'],
    depth: 'jobs',
    test: (evidence) => {
      const all = need(evidence.logs.invokeai);
      const ends = all.flatMap(({ text }, index) => (text.includes('Graph stats: ') ? [index] : []));
      // The jobs before are of another time of day, and of other clients.
      const lines = all.slice((ends.at(-1 - NEWEST_JOBS) ?? -1) + 1);
      const loads = linesWith(lines, ['Loaded model ']).filter(({ text }) => /unet|transformer/i.test(text) && !isWarm(text));
      const jobs = ends.slice(-NEWEST_JOBS);
      const fact = `${loads.length} loads of a model for the last ${jobs.length} jobs ${readSince(all, evidence)}`;
      if (loads.length < 4 || loads.length < jobs.length * 0.8) return ruledOut(fact);
      return likely(`InvokeAI loads its model again for nearly every job: ${fact}.`, {
        at: loads.at(-1)?.at ?? null,
        proof: proofLines('invokeai', loads.slice(-4)),
        fix: byRecipe(
          'preset',
          'Keep models longer (model_cache_keep_alive_min: 0, larger max_cache_ram_gb), and let clients use one model.',
        ),
      });
    },
  },
  logRule({
    id: 'vae-makes-nan',
    title: 'VAE overflows in half precision',
    symptoms: ['black-or-noisy-images'],
    depth: 'jobs',
    log: 'invokeai',
    words: ['invalid value encountered in cast', 'A tensor with all NaNs was produced in VAE', 'NaN'],
    isCertain: ({ text }) => /encountered in cast|produced in VAE/.test(text),
    cause: () => 'The VAE overflows in half precision (float16), which makes black images.',
    fix: () => onPage('models', 'Use the VAE sdxl-vae-fp16-fix, or set “precision: float32” in invokeai.yaml.'),
  }),
  logRule({
    id: 'safety-checker',
    title: 'Safety checker blacks images out',
    symptoms: ['black-or-noisy-images'],
    depth: 'jobs',
    log: 'invokeai',
    words: ['Potential NSFW content was detected', 'NSFW content has been detected'],
    cause: () => 'The safety checker took images for unsafe and blacked them out.',
    fix: () => byHand('Change the prompt, or turn the checker off in InvokeAI (nsfw_checker).'),
  }),
  logRule({
    id: 'seed-breaks-template',
    title: 'Seed that the graph template cannot take',
    symptoms: ['gateway-502'],
    depth: 'jobs',
    log: 'invokeai',
    words: ['ValueError: low >= high'],
    cause: () => 'The graph template of the older images shim fails with a seed: InvokeAI draws a random number from an empty range.',
    fix: () => byRecipe('images-shim', 'Set up the images shim, which has no template; until then send no seed.'),
  }),
];
