import { randomBytes } from 'node:crypto';
import { rename, unlink, writeFile } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { MAX_SEED } from '../../shared/image-graphs/rules.ts';
import type { Backend } from './backend.ts';
import type { CancelSignal } from './backend-http.ts';
import { chooseModel } from './choose-model.ts';
import type { ShimConfig } from './config.ts';
import { readImageRequest, requestsOf } from './image-request.ts';
import { streamAnswer } from './stream-answer.ts';
import { writeAnswer } from './write-answer.ts';

/** What one answered request is worth a log line. */
export interface Generated {
  readonly model: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

const anySeed = (): number => randomBytes(4).readUInt32BE(0) % (MAX_SEED + 1);

/** Makes the images a body asks for and writes the answer, one image after the other. Throws ShimError and ClientDisconnected. */
export async function answerGenerations(o: {
  readonly body: unknown;
  readonly config: ShimConfig;
  readonly backend: Backend;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly signal: CancelSignal;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}): Promise<Generated> {
  const startedAt = o.now();
  const request = readImageRequest(o.body);
  const choice = chooseModel(request.model, await o.backend.models(o.signal), o.config);
  const { requests, notes } = requestsOf(request, {
    base: choice.model.base,
    advised: choice.model.advised,
    preset: choice.preset,
    anySeed,
  });
  const [first] = requests;
  if (first === undefined) throw new Error('a request without images');
  const { width, height, steps, guidance, scheduler } = first;
  const model = choice.model.name;
  const created = (): number => Math.floor(Date.now() / 1000);
  const stream = request.isStreamed ? streamAnswer(o.response, { created, partialImages: request.partialImages }) : null;
  const { made, failure } = await o.backend
    .generate(requests, choice.model, {
      requestId: o.requestId,
      signal: o.signal,
      ...(stream === null || request.partialImages === 0 ? {} : { onPreview: stream.partial }),
    })
    .catch((thrown: unknown) => {
      stream?.fail(thrown);
      throw thrown;
    });
  const fewer = failure === null ? [] : [`${made.length} of ${requests.length} images were generated: ${failure.code}: ${failure.message}`];
  const allNotes = [...choice.notes, ...notes, ...fewer];
  const queueMs = made[0]?.queueMs ?? null;
  const used = { steps, cfg_scale: guidance, model, scheduler, ...(allNotes.length === 0 ? {} : { notes: allNotes.join('; ') }) };
  // The gateway passes on top-level values that are a number or a text.
  const facts = {
    seed: first.seed,
    ...used,
    shim: {
      model,
      model_key: choice.model.key,
      seeds: requests.slice(0, made.length).map((image) => image.seed),
      steps,
      cfg_scale: guidance,
      scheduler,
      width,
      height,
      elapsed_ms: Math.round(o.now() - startedAt),
      ...(queueMs === null ? {} : { queue_ms: queueMs }),
      notes: allNotes,
    },
  };
  const last = made[made.length - 1];
  if (last !== undefined) keepLast(o.config.lastImageFile, last.png, o.requestId);
  const images = made.map(({ png }, index) => ({ png, seed: facts.shim.seeds[index] ?? first.seed }));
  if (stream === null) await writeAnswer(o.response, { created: created(), isUrl: request.format === 'url', images, facts });
  else await stream.complete(images, { size: `${width}x${height}`, ...used });
  return { model, count: made.length, width, height, steps };
}

/** Beside it and renamed: who reads it finds a whole image. A failure spoils no answer. */
function keepLast(file: string | null, image: Buffer, requestId: string): void {
  if (file === null) return;
  // A unique name: two requests that end together do not write into one file.
  const fresh = `${file}.${requestId}`;
  writeFile(fresh, image, (failure) => {
    if (failure === null) rename(fresh, file, () => undefined);
    else unlink(fresh, () => undefined);
  });
}
