import type { ReportedFacts } from '../../../../shared/capabilities/gallery/contract.ts';
import { type PanelException, panelError } from '../../../../shared/errors.ts';
import { isRecord } from '../../../../shared/record.ts';
import { listOf, numberOf, textOf } from '../../backends/values.ts';
import { reportedFacts } from '../generation-result.ts';

const MAX_NOTES = 20;

/** Where an image of the answer is. */
export type Found =
  | { readonly kind: 'here'; readonly data: Buffer }
  /** To be fetched from the configured address: the host in it may be one only the gateway knows. */
  | { readonly kind: 'there'; readonly path: string };

export interface OpenAiAnswer {
  readonly images: readonly Found[];
  readonly modelUsed: string | null;
  /** Of each image, in their order. */
  readonly reported: readonly ReportedFacts[];
  readonly notes: readonly string[];
  /** The backend's own time, where reported. */
  readonly elapsedMs: number | null;
}

/**
 * Reads a 200 of `POST /v1/images/generations` of the gateway (facts in `_gateway`), of the images shim (facts in `shim`) or of
 * any other: base64, `data:`, relative or absolute URLs; at most `maxImages`. Throws images-answer-unreadable.
 */
export function readOpenAiAnswer(body: string, maxImages: number): OpenAiAnswer {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw answerUnreadableError('It is not valid JSON.', body);
  }
  const root = isRecord(document) ? document : {};
  const entries = listOf(root['data']);
  const taken = entries.slice(0, maxImages);
  const images = taken.map(imageOf);
  if (images.length === 0) throw answerUnreadableError('It contains no image.', body);
  const shim = isRecord(root['shim']) ? root['shim'] : {};
  const gateway = isRecord(root['_gateway']) ? root['_gateway'] : {};
  const upstream = isRecord(gateway['upstream']) ? gateway['upstream'] : {};
  // The gateway's `model` and `request` are the values it passed on, not the values that were used.
  const places = [shim, upstream, root];
  const found = (...names: readonly string[]): unknown =>
    places.flatMap((place) => names.map((name) => place[name])).find((value) => value !== undefined && value !== null);
  const seeds = seedsOf(entries, shim['seeds'], upstream['seed'] ?? root['seed']);
  const notes = Array.isArray(shim['notes']) ? shim['notes'].slice(0, MAX_NOTES).flatMap((note) => textOf(note) ?? []) : [];
  const isSaved = taken.some((entry) => typeof entry['url'] === 'string' && !entry['url'].startsWith('data:'));
  const isInline = gateway['backend'] !== undefined && taken.some(({ url }) => typeof url === 'string' && url.startsWith('data:'));
  return {
    images,
    modelUsed: textOf(found('model')),
    reported: seeds.slice(0, maxImages).map((seed) =>
      reportedFacts({
        seed,
        steps: found('steps', 'num_inference_steps'),
        guidance: found('cfg_scale', 'guidance_scale'),
        scheduler: found('scheduler', 'sampler'),
      }),
    ),
    notes: [
      ...(notes.length > 0 ? notes : [textOf(root['notes'])].filter((note) => note !== null)),
      ...(entries.length > maxImages
        ? [`The response contains ${entries.length} images for a request of ${maxImages}; the others were discarded.`]
        : []),
      ...(isSaved ? ['The gateway stored the image and sent its address, which expires after 15 min.'] : []),
      ...(isInline ? ['The gateway could not store the image: its image folder is not writable.'] : []),
    ],
    elapsedMs: numberOf(shim['elapsed_ms']),
  };
}

/** The seed of each image as far as it was reported: with the image, in a list as long as theirs, or one for a single image. */
function seedsOf(entries: readonly Readonly<Record<string, unknown>>[], list: unknown, one: unknown): readonly unknown[] {
  // A list of another length would shift seeds to images that are not theirs.
  const listed: readonly unknown[] = Array.isArray(list) && list.length === entries.length ? list : [];
  // Of several images a single seed is the first one's.
  return entries.map((entry, index) => entry['seed'] ?? listed[index] ?? (index === 0 ? one : null));
}

const DATA_URL = /^data:[\w.+-]+\/[\w.+-]+;base64,/;

function imageOf(entry: Readonly<Record<string, unknown>>): Found {
  const base64 = entry['b64_json'];
  if (typeof base64 === 'string' && base64 !== '') return { kind: 'here', data: Buffer.from(base64, 'base64') };
  const url = entry['url'];
  if (typeof url !== 'string' || url === '')
    throw answerUnreadableError('An image in it is neither data nor an address.', JSON.stringify(entry));
  if (DATA_URL.test(url)) return { kind: 'here', data: Buffer.from(url.replace(DATA_URL, ''), 'base64') };
  // Of an absolute address only the path counts: the token goes nowhere but to the gateway.
  const path = /^https?:\/\/[^/]+(\/.*)$/i.exec(url)?.[1] ?? url;
  if (!path.startsWith('/')) throw answerUnreadableError('The address of an image in it is not valid.', url);
  return { kind: 'there', path };
}

function answerUnreadableError(why: string, body: string): PanelException {
  return panelError({
    code: 'images-answer-unreadable',
    layer: 'backend',
    message: `The response is not an image response. ${why}`,
    hint: 'Use another route. If that fails too, see the images shim log.',
    retryable: true,
    detail: body,
  });
}
