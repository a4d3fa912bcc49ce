import {
  DEFAULTS,
  type ImageBase,
  type ImageGraphRequest,
  MAX_SEED,
  MIN_GUIDANCE,
  SCHEDULERS,
  seedOf,
  sizeProblem,
} from '../../shared/image-graphs/rules.ts';
import type { Advised } from './backend.ts';
import type { Preset } from './config.ts';
import { ShimError } from './errors.ts';

const MAX_IMAGES = 10;
const MAX_STEPS = 200;
const MAX_GUIDANCE = 100;
const MAX_PARTIAL_IMAGES = 3;
const NEGATIVE_PROMPT = ['negative_prompt', 'negative'];
const STEPS = ['steps', 'num_inference_steps'];
const GUIDANCE = ['cfg_scale', 'guidance_scale', 'guidance'];
const USED = new Set([
  ...['prompt', 'n', 'size', 'model', 'seed', 'scheduler', 'user', 'response_format', 'stream', 'partial_images'],
  ...['background', 'output_format', 'output_compression'],
  ...[...NEGATIVE_PROMPT, ...STEPS, ...GUIDANCE],
]);

/** What the client sent, checked; null = left to preset, model or chance. */
export interface ImageRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly count: number;
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly model: string | null;
  readonly seed: number | null;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly scheduler: string | null;
  readonly format: 'b64_json' | 'url';
  readonly isStreamed: boolean;
  /** How many previews a stream may bring before its image. */
  readonly partialImages: number;
  /** Descriptions of the parameters that were sent and are not used. */
  readonly notes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const invalidValueError = (param: string, message: string): ShimError => new ShimError(400, 'invalid_value', message, { param });
const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Reads the body of `POST /v1/images/generations`; what it does not use is noted. Throws ShimError 400 naming the field. */
export function readImageRequest(body: unknown): ImageRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidValueError('body', 'The body must be a JSON object.');
  const fields = body as Fields;
  const prompt = fields['prompt'];
  if (typeof prompt !== 'string' || prompt.trim() === '') throw invalidValueError('prompt', 'prompt must be a text that is not empty.');
  const scheduler = text(fields, 'scheduler');
  if (scheduler !== null && !SCHEDULERS.includes(scheduler)) {
    throw invalidValueError('scheduler', `scheduler must be one of ${SCHEDULERS.join(', ')}.`);
  }
  const format = text(fields, 'response_format') ?? 'b64_json';
  if (format !== 'b64_json' && format !== 'url') throw invalidValueError('response_format', 'response_format must be b64_json or url.');
  return {
    prompt,
    negativePrompt: text(fields, ...NEGATIVE_PROMPT) ?? '',
    count: whole(fields, ['n'], 1, MAX_IMAGES) ?? 1,
    size: readSize(text(fields, 'size')),
    model: text(fields, 'model'),
    seed: readSeed(fields['seed']),
    steps: whole(fields, STEPS, 1, MAX_STEPS),
    guidance: readGuidance(fields),
    scheduler,
    format,
    ...readOutput(fields),
    notes: notesOn(fields),
  };
}

/** How the image comes: PNG without transparency is all there is. */
function readOutput(fields: Fields): Pick<ImageRequest, 'isStreamed' | 'partialImages'> {
  const { stream } = fields;
  if (isGiven(stream) && typeof stream !== 'boolean') throw invalidValueError('stream', 'stream must be true or false.');
  const format = text(fields, 'output_format');
  if (format !== null && format !== 'png')
    throw invalidValueError('output_format', `output_format must be png; ${format.slice(0, 40)} cannot be made.`);
  const background = text(fields, 'background');
  if (background !== null && background !== 'auto' && background !== 'opaque')
    throw invalidValueError('background', 'background must be auto or opaque; transparent images cannot be made.');
  const compression = whole(fields, ['output_compression'], 0, 100);
  if (compression !== null && compression !== 100) throw invalidValueError('output_compression', 'output_compression must be 100 for png.');
  return { isStreamed: stream === true, partialImages: whole(fields, ['partial_images'], 0, MAX_PARTIAL_IMAGES) ?? 0 };
}

function notesOn(fields: Fields): readonly string[] {
  const isStreamed = fields['stream'] === true;
  const unused = [
    ...Object.keys(fields).filter((name) => isGiven(fields[name]) && !USED.has(name)),
    ...[NEGATIVE_PROMPT, STEPS, GUIDANCE].flatMap((names) => overruled(fields, names)),
    // Previews come in a stream only, and its images as base64 only.
    ...(!isStreamed && isGiven(fields['partial_images']) && Number(fields['partial_images']) !== 0 ? ['partial_images'] : []),
    ...(isStreamed && text(fields, 'response_format') === 'url' ? ['response_format'] : []),
  ];
  return unused.length === 0
    ? []
    : [
        `not used: ${unused
          .map((name) => name.slice(0, 40))
          .slice(0, 20)
          .join(', ')}`,
      ];
}

/** Of several names for one thing the first counts; the others count for nothing where they say something else. */
function overruled(fields: Fields, names: readonly string[]): readonly string[] {
  const [first, ...others] = names.filter((name) => isGiven(fields[name]) && String(fields[name]).trim() !== '');
  return first === undefined ? [] : others.filter((name) => String(fields[name]).trim() !== String(fields[first]).trim());
}

function readGuidance(fields: Fields): number | null {
  const read = decimal(fields, GUIDANCE);
  if (read === null || (read >= 0 && read <= MAX_GUIDANCE)) return read;
  const name = givenName(fields, GUIDANCE);
  throw invalidValueError(name, `${name} must be a number from 0 to ${MAX_GUIDANCE}.`);
}

/** A number, or one written as plain decimal text: forms of some clients send all values as text. NaN = neither. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s{0,9}-?\d{1,20}(\.\d{1,20})?\s{0,9}$/.test(value) ? Number(value) : Number.NaN;
}

const givenName = (fields: Fields, names: readonly string[]): string => names.find((name) => isGiven(fields[name])) ?? names[0] ?? '';

function text(fields: Fields, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (!isGiven(value)) continue;
    if (typeof value !== 'string') throw invalidValueError(name, `${name} must be a text.`);
    if (value.trim() !== '') return value.trim();
  }
  return null;
}

function decimal(fields: Fields, names: readonly string[]): number | null {
  for (const name of names) {
    const value = fields[name];
    if (!isGiven(value)) continue;
    const read = numberOf(value);
    if (!Number.isFinite(read)) throw invalidValueError(name, `${name} must be a number.`);
    return read;
  }
  return null;
}

function whole(fields: Fields, names: readonly string[], least: number, most: number): number | null {
  const read = decimal(fields, names);
  if (read === null) return null;
  if (!Number.isInteger(read) || read < least || read > most) {
    const name = givenName(fields, names);
    throw invalidValueError(name, `${name} must be a whole number from ${least} to ${most}.`);
  }
  return read;
}

function readSeed(value: unknown): number | null {
  if (!isGiven(value)) return null;
  const seed = numberOf(value);
  // -1 is how many programs write "any".
  if (seed === -1) return null;
  if (!Number.isInteger(seed) || seed < 0 || seed > MAX_SEED)
    throw invalidValueError('seed', `seed must be a whole number from 0 to ${MAX_SEED}.`);
  return seed;
}

function readSize(value: string | null): ImageRequest['size'] {
  if (value === null || value === 'auto') return null;
  const match = /^(\d{1,5})\s*x\s*(\d{1,5})$/i.exec(value);
  if (match === null) throw invalidValueError('size', `size must be like 1024x1024, got ${value.slice(0, 40)}.`);
  const [width, height] = [Number(match[1]), Number(match[2])];
  const problem = sizeProblem(width, height);
  if (problem !== null) throw invalidValueError('size', problem);
  return { width, height };
}

/** The images a request amounts to, every choice made: request before preset before what the model's makers advise before what is usual. */
export function requestsOf(
  request: ImageRequest,
  o: {
    readonly base: ImageBase;
    readonly advised: Advised | null;
    readonly preset: Preset | null;
    readonly anySeed: () => number;
  },
): { readonly requests: readonly ImageGraphRequest[]; readonly notes: readonly string[] } {
  const { advised } = o;
  const usual = DEFAULTS[o.base];
  const fallback = {
    width: advised?.width ?? usual.width,
    height: advised?.height ?? usual.height,
    steps: advised?.steps ?? usual.steps,
    guidance: advised?.guidance ?? usual.guidance,
    scheduler: advised?.scheduler ?? usual.scheduler,
  };
  const guidance = request.guidance ?? o.preset?.guidance ?? fallback.guidance;
  const raised = guidance < MIN_GUIDANCE ? [`guidance ${guidance} was raised to ${MIN_GUIDANCE}, the minimum of the backend`] : [];
  const notes = [...request.notes, ...raised];
  const first = request.seed ?? o.anySeed();
  const common = {
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    width: request.size?.width ?? fallback.width,
    height: request.size?.height ?? fallback.height,
    steps: request.steps ?? o.preset?.steps ?? fallback.steps,
    guidance: Math.max(MIN_GUIDANCE, guidance),
    scheduler: request.scheduler ?? o.preset?.scheduler ?? fallback.scheduler,
  };
  return { requests: [...Array(request.count).keys()].map((index) => ({ ...common, seed: seedOf(first, index) })), notes };
}
