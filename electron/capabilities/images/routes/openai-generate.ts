import { NOTHING_REPORTED } from '../../../../shared/capabilities/gallery/contract.ts';
import { PanelException, panelError, toPanelError } from '../../../../shared/errors.ts';
import { monotonicMs } from '../../../../shared/monotonic.ts';
import type { HttpRequest, Peer, Reply } from '../../../foundation/http/client.ts';
import type { QueueItem } from '../../backends/invokeai.ts';
import { jsonOf } from '../../backends/json-client.ts';
import { gatewayReplyError } from '../../gateway/reply-errors.ts';
import type { GeneratedImage, GenerationResult } from '../generation-result.ts';
import type { Follower } from './invokeai-follower.ts';
import { readOpenAiAnswer } from './openai-answer.ts';
import { GENERATIONS_PATH } from './openai-request.ts';

/** The gateway times out after 120 s, the shim after 300 s per image. */
const TIMEOUT_MS = 1_300_000;
const MAX_BYTES = 256 * 1024 * 1024;
/** Headers worth showing; the rest is between programs. */
const SHOWN_HEADERS = ['x-request-id', 'content-type', 'content-length', 'date', 'server', 'retry-after'];

/**
 * One request to the gateway or the shim. Throws their refusals as errors in words, what the connection throws,
 * images-answer-unreadable, image-not-handed-out.
 */
export async function generateByRequest(o: {
  readonly request: (request: HttpRequest) => Promise<Reply>;
  readonly peer: Peer | null;
  readonly body: unknown;
  /** What an answer holds beyond them is dropped before it is decoded. */
  readonly maxImages: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
}): Promise<GenerationResult> {
  const reply = await o.request({
    method: 'POST',
    path: GENERATIONS_PATH,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(o.body),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal: o.signal,
  });
  const repliedAt = monotonicMs();
  if (reply.status !== 200) {
    if (o.peer === null) throw new PanelException(gatewayReplyError(reply, o.now()));
    jsonOf(reply, o.peer, GENERATIONS_PATH);
  }
  const answer = readOpenAiAnswer(reply.body, o.maxImages);
  const images: GeneratedImage[] = [];
  const notFetched: PanelException[] = [];
  for (const [index, found] of answer.images.entries()) {
    try {
      const data = found.kind === 'here' ? found.data : await fetchImage(o.request, found.path, o.signal);
      images.push({ data, reported: answer.reported[index] ?? NOTHING_REPORTED });
    } catch (thrown) {
      // One that does not come takes no other with it.
      notFetched.push(thrown instanceof PanelException ? thrown : new PanelException(toPanelError(thrown)));
    }
  }
  const [failure] = notFetched;
  if (images.length === 0 && failure !== undefined) throw failure;
  const { connectedMs, firstByteMs, totalMs } = reply.timing;
  const answerMs = Math.max(0, firstByteMs - connectedMs);
  return {
    images,
    modelUsed: answer.modelUsed,
    notes: [
      ...answer.notes,
      ...(failure === undefined
        ? fewerNotes(images.length, o.maxImages, answer.notes)
        : [`${images.length} of ${answer.images.length} images arrived. ${failure.panelError.message}`]),
    ],
    requestId: reply.headers['x-request-id'] ?? null,
    headers: SHOWN_HEADERS.flatMap((name) => (reply.headers[name] === undefined ? [] : [[name, reply.headers[name] ?? ''] as const])),
    timing: {
      connectMs: connectedMs,
      waitMs: null,
      generateMs: null,
      answerMs,
      transferMs: totalMs - firstByteMs + (monotonicMs() - repliedAt),
    },
  };
}

/** The gateway hands no notes on, so a missing image is noticed by its absence. */
const fewerNotes = (arrived: number, wanted: number, notes: readonly string[]): readonly string[] =>
  arrived >= wanted || notes.some((note) => /\d+ of \d+ images/.test(note)) ? [] : [`${arrived} of ${wanted} images arrived.`];

/** The timing with the time until the answer split by what InvokeAI reports of the run's jobs. Never rejects. */
export async function splitTiming(follower: Pick<Follower, 'jobs'> | null, timing: GenerationResult['timing']) {
  if (follower === null || timing.generateMs !== null) return timing;
  return { ...timing, ...splitAnswerTime(await follower.jobs().catch(() => []), timing.answerMs) };
}

/** The time until the answer, split into waiting and generating, where the queue reported the jobs and it fits. */
export function splitAnswerTime(
  jobs: readonly QueueItem[],
  answerMs: number | null,
): Pick<GenerationResult['timing'], 'waitMs' | 'generateMs' | 'answerMs'> {
  if (answerMs === null) return { waitMs: null, generateMs: null, answerMs };
  const starts = jobs.map((job) => job.startedAt);
  const ends = jobs.map((job) => job.completedAt);
  if (jobs.length === 0 || starts.includes(null) || ends.includes(null)) return { waitMs: null, generateMs: null, answerMs };
  const generateMs = jobs.reduce((sum, job) => sum + Math.max(0, (job.completedAt ?? 0) - (job.startedAt ?? 0)), 0);
  const first = jobs[0];
  const waitMs = Math.max(0, (first?.startedAt ?? 0) - (first?.createdAt ?? 0));
  if (generateMs + waitMs > answerMs * 1.2) return { waitMs: null, generateMs: null, answerMs };
  return { waitMs, generateMs, answerMs: Math.max(0, answerMs - waitMs - generateMs) };
}

async function fetchImage(request: (request: HttpRequest) => Promise<Reply>, path: string, signal: AbortSignal): Promise<Buffer> {
  const reply = await request({ path, timeoutMs: 60_000, maxBytes: MAX_BYTES, signal, headers: { accept: 'image/*' } });
  if (reply.status === 200) return reply.bytes;
  throw panelError({
    code: 'image-not-returned',
    layer: 'gateway',
    message: 'The gateway stored the image and does not return it to token clients.',
    hint: 'Sign in to the gateway to see the image, or use another route.',
    retryable: false,
    facts: { status: String(reply.status) },
  });
}
