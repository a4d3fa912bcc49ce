import { setTimeout as pause } from 'node:timers/promises';
import { type PanelException, panelError } from '../../../../shared/errors.ts';
import { SAVE_NODE } from '../../../../shared/image-graphs/comfyui.ts';
import { monotonicMs } from '../../../../shared/monotonic.ts';
import { type ComfyUiHistory, readHistory, readPromptId, readQueuePosition, readRefusal } from '../../backends/comfyui.ts';
import { type JsonClient, jsonOf } from '../../backends/json-client.ts';
import { modelNotInstalledError } from '../errors.ts';
import { isAway } from './queue-wait.ts';

const SUBMIT_TIMEOUT_MS = 10_000;
const CANCEL_TIMEOUT_MS = 10_000;
/** An interrupt takes effect between two steps, and not while a checkpoint is loaded. */
const INTERRUPT_TIMEOUT_MS = 90_000;
const INTERRUPT_RETRY_MS = 5_000;
const RECHECK_INTERVAL_MS = 300;

/** Where a job of ComfyUI is: `lost` = neither in the queue nor in the history, which end with the process. */
export type ComfyUiClient =
  | { readonly kind: 'waiting'; readonly ahead: number }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly entry: ComfyUiHistory }
  | { readonly kind: 'lost' };

/** Looks a job up. Throws what the client throws. */
export async function findJob(client: JsonClient, promptId: string, signal?: AbortSignal): Promise<ComfyUiClient> {
  const more = signal === undefined ? {} : { signal };
  const ended = async (): Promise<ComfyUiClient | null> => {
    const document = await client.json({ path: `/history/${encodeURIComponent(promptId)}`, ...more });
    const entry = readHistory(document, promptId, SAVE_NODE);
    return entry === null ? null : { kind: 'ended', entry };
  };
  const before = await ended();
  if (before !== null) return before;
  const place = readQueuePosition(await client.json({ path: '/queue', ...more }), promptId);
  if (place !== null) return place.isRunning ? { kind: 'running' } : { kind: 'waiting', ahead: place.ahead };
  // It may have ended between the two answers.
  return (await ended()) ?? { kind: 'lost' };
}

/**
 * Sends a workflow under an id of our own, and returns the id that ComfyUI uses: older ones choose another. An answer that was
 * lost is made up for by looking for the job. Throws what the client throws, model-not-installed, comfyui-workflow-refused.
 */
export async function submitWorkflow(o: {
  readonly client: JsonClient;
  readonly clientId: string;
  readonly promptId: string;
  readonly workflow: unknown;
  readonly checkpoint: string;
}): Promise<string> {
  const { client, promptId } = o;
  const body = { prompt: o.workflow, client_id: o.clientId, prompt_id: promptId };
  try {
    // Not aborted by Cancel: a job that may or may not have arrived could not be cancelled.
    const reply = await client.request({ method: 'POST', path: '/prompt', body, timeoutMs: SUBMIT_TIMEOUT_MS });
    if (reply.status === 400) throw refusedError(client, reply.body, o.checkpoint) ?? jsonOf(reply, client.peer, '/prompt');
    return readPromptId(jsonOf(reply, client.peer, '/prompt')) ?? promptId;
  } catch (thrown) {
    if (!isAway(thrown)) throw thrown;
    const place = await findJob(client, promptId).catch(() => null);
    if (place === null || place.kind === 'lost') throw thrown;
    return promptId;
  }
}

function refusedError(client: JsonClient, body: string, checkpoint: string): PanelException | null {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return null;
  }
  const refusal = readRefusal(document);
  if (refusal === null) return null;
  if (refusal.unknownInputs.includes('ckpt_name')) return modelNotInstalledError(client.peer, checkpoint);
  return panelError({
    code: 'comfyui-workflow-refused',
    layer: 'backend',
    message: `ComfyUI rejected the workflow: ${refusal.message}`,
    hint: 'Correct the named setting and generate again.',
    retryable: false,
  });
}

/** What became of jobs that were to be cancelled; `running` have not stopped yet. */
export interface JobsCancelled {
  readonly kind: 'answered';
  readonly interrupted: number;
  readonly removed: number;
  readonly finished: number;
  readonly running: number;
}

/**
 * Removes jobs from the queue and interrupts the running job, until the queue and the history of ComfyUI show that none is left;
 * `POST /interrupt` itself answers 200 whatever happened. `interim` is called while one still runs. Throws what the client throws.
 */
export async function cancelJobs(
  client: JsonClient,
  promptIds: readonly string[],
  interim: (answer: JobsCancelled) => void,
): Promise<JobsCancelled> {
  const post = async (path: string, body: unknown): Promise<void> => {
    const reply = await client.request({ method: 'POST', path, body, timeoutMs: CANCEL_TIMEOUT_MS });
    if (reply.status !== 200) jsonOf(reply, client.peer, path);
  };
  const deadlineMs = monotonicMs() + INTERRUPT_TIMEOUT_MS;
  const open = new Set(promptIds);
  const count = { interrupted: 0, removed: 0, finished: 0 };
  const answer = (): JobsCancelled => ({ kind: 'answered', ...count, running: open.size });
  let interruptedAtMs = Number.NEGATIVE_INFINITY;
  for (;;) {
    let running: string | null = null;
    const waiting: string[] = [];
    for (const promptId of open) {
      const place = await findJob(client, promptId);
      if (place.kind === 'running') running = promptId;
      else if (place.kind === 'waiting') waiting.push(promptId);
      else {
        open.delete(promptId);
        count[place.kind === 'lost' ? 'removed' : place.entry.end === 'interrupted' ? 'interrupted' : 'finished'] += 1;
      }
    }
    if (open.size === 0) return answer();
    if (waiting.length > 0) await post('/queue', { delete: waiting });
    // Only a running job of this panel: older versions interrupt any running job.
    if (running !== null && monotonicMs() - interruptedAtMs > INTERRUPT_RETRY_MS) {
      interruptedAtMs = monotonicMs();
      await post('/interrupt', { prompt_id: running });
    }
    if (monotonicMs() > deadlineMs) return answer();
    if (running !== null) interim(answer());
    await pause(RECHECK_INTERVAL_MS);
  }
}
