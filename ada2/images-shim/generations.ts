import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { MOST_SEED } from '../../shared/image-graphs/rules.ts';
import type { Backend } from './backend.ts';
import type { Leash } from './backend-http.ts';
import { chooseModel } from './choose-model.ts';
import type { ShimConfig } from './config.ts';
import { picturesOf, readImageRequest } from './image-request.ts';

/** What one answered request is worth a log line. */
export interface Generated {
  readonly model: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

const anySeed = (): number => randomBytes(4).readUInt32BE(0) % (MOST_SEED + 1);

/** Makes the pictures a body asks for and writes the answer, one picture after the other. Throws ShimError and ClientGone. */
export async function answerGenerations(o: {
  readonly body: unknown;
  readonly config: ShimConfig;
  readonly backend: Backend;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly leash: Leash;
  readonly now: () => number;
}): Promise<Generated> {
  const startedAt = o.now();
  const request = readImageRequest(o.body);
  const choice = chooseModel(request.model, await o.backend.models(o.leash), o.config);
  const { pictures, notes } = picturesOf(request, { base: choice.model.base, preset: choice.preset, anySeed });
  const made = await o.backend.generate(pictures, choice.model, { requestId: o.requestId, leash: o.leash });
  const [first] = pictures;
  if (first === undefined) throw new Error('a request without pictures');
  const { width, height, steps, guidance, scheduler } = first;
  const model = choice.model.name;
  // The gateway hands on what stands at the top: seed, steps, model, scheduler.
  const facts = {
    seed: first.seed,
    steps,
    model,
    scheduler,
    shim: {
      model,
      model_key: choice.model.key,
      seeds: pictures.map((picture) => picture.seed),
      steps,
      cfg_scale: guidance,
      scheduler,
      width,
      height,
      elapsed_ms: Math.round(o.now() - startedAt),
      notes: [...choice.notes, ...notes],
    },
  };
  const last = made[made.length - 1];
  if (last !== undefined) keepLast(o.config.lastPictureFile, last);
  writeAnswer(o.response, {
    created: Math.floor(Date.now() / 1000),
    isUrl: request.format === 'url',
    made,
    seeds: facts.shim.seeds,
    facts,
  });
  return { model, count: made.length, width, height, steps };
}

function writeAnswer(
  response: ServerResponse,
  o: {
    readonly created: number;
    readonly isUrl: boolean;
    readonly made: readonly Buffer[];
    readonly seeds: readonly number[];
    readonly facts: object;
  },
): void {
  const begin = `{"created":${o.created},"data":[`;
  const end = `],${JSON.stringify(o.facts).slice(1)}`;
  // There is nowhere to put a picture for others to fetch: a URL is one that holds the picture.
  const before = o.isUrl ? '{"url":"data:image/png;base64,' : '{"b64_json":"';
  const entries = o.made.map((picture, index) => ({
    picture,
    head: `${index === 0 ? '' : ','}${before}`,
    tail: `","seed":${o.seeds[index] ?? 0}}`,
  }));
  const base64Length = (picture: Buffer): number => Math.ceil(picture.length / 3) * 4;
  const length =
    Buffer.byteLength(begin) +
    Buffer.byteLength(end) +
    entries.reduce((sum, entry) => sum + entry.head.length + base64Length(entry.picture) + entry.tail.length, 0);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
  response.write(begin);
  for (const { picture, head, tail } of entries) {
    response.write(head);
    response.write(picture.toString('base64'), 'latin1');
    response.write(tail);
  }
  response.end(end);
}

/** Beside it and renamed: who reads it finds a whole picture. A failure spoils no answer. */
function keepLast(file: string | null, picture: Buffer): void {
  if (file === null) return;
  writeFile(`${file}.new`, picture, (failure) => {
    if (failure === null) rename(`${file}.new`, file, () => undefined);
  });
}
