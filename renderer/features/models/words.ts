import type { FreedVram, InstalledModel, InstallJob, ModelsState, StarterModel } from '../../../shared/capabilities/models/contract.ts';
import { missingBytes } from '../../../shared/disk-need.ts';
import { formatBytes, formatDuration, formatMiB } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';
import { describeInstallError } from './install-errors.ts';

/** The two of the guide, by today's repos; half precision, as both programs run them. */
export const ONE_BUTTON = [
  {
    label: 'SDXL base 1.0',
    id: 'stabilityai/stable-diffusion-xl-base-1.0:fp16',
    bytes: 7.0 * 1024 ** 3,
    why: 'for quality, 1024 × 1024',
  },
  {
    label: 'Stable Diffusion 1.5',
    id: 'stable-diffusion-v1-5/stable-diffusion-v1-5:fp16',
    bytes: 2.6 * 1024 ** 3,
    why: 'for speed, 512 × 512',
  },
] as const;

/** Whether this source is installed and usable, or on its way, whatever variant was asked for. */
export function isHad(source: string, state: Pick<ModelsState, 'models' | 'jobs'>): boolean {
  const wanted = withoutVariant(source);
  return (
    recordsOf(source, state.models).some(isUsable) ||
    state.jobs.some((job) => withoutVariant(job.source) === wanted && !['completed', 'error', 'cancelled'].includes(job.state))
  );
}

const recordsOf = (source: string, models: ModelsState['models']): readonly InstalledModel[] =>
  (models ?? []).filter((model) => model.source !== null && withoutVariant(model.source) === withoutVariant(source));

/** A login page that was registered as a model, or a model whose files are gone, is none. */
const isUsable = ({ isRecognised, isMissing }: InstalledModel): boolean => isRecognised && !isMissing;

/** Whether a starter is installed: InvokeAI counts its records, also of what is no model. */
export function isStarterHad(starter: StarterModel, state: Pick<ModelsState, 'models' | 'jobs'>): boolean {
  if (isHad(starter.source, state)) return true;
  return starter.isInstalled && recordsOf(starter.source, state.models).length === 0;
}

/** `org/name:variant::folder`, as InvokeAI writes repos; another folder of the same repo is another model. */
const REPO = /^([\w.-]+\/[\w.-]+)(?::[^:]*)?(?:::?(.+))?$/;

/** Addresses and paths are what they are. */
function withoutVariant(source: string): string {
  const [, repo, folder = ''] = REPO.exec(source) ?? [];
  return repo === undefined ? source : `${repo}::${folder}`;
}

const BASES: Readonly<Record<string, string>> = {
  'sd-1': 'SD 1.5',
  'sd-2': 'SD 2',
  'sd-3': 'SD 3',
  sdxl: 'SDXL',
  'sdxl-refiner': 'SDXL refiner',
  flux: 'FLUX',
  any: 'any',
};
const TYPES: Readonly<Record<string, string>> = {
  main: 'main',
  vae: 'VAE',
  lora: 'LoRA',
  controlnet: 'ControlNet',
  embedding: 'embedding',
  ip_adapter: 'IP adapter',
};

const known = (words: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

/** Names as people write them; a new one stays as it is. */
export const baseWords = (base: string): string => known(BASES, base) ?? base;
export const typeWords = (type: string): string => known(TYPES, type) ?? type.replaceAll('_', ' ');

export interface JobWords {
  readonly tone: Tone;
  readonly word: string;
  readonly detail: string;
}

/** How fast something arrives, and until when; 0 is a stalled download. */
export function speedWords({ bytesPerSecond, leftMs }: Pick<InstallJob, 'bytesPerSecond' | 'leftMs'>): string {
  if (bytesPerSecond === null) return 'measuring the speed';
  if (bytesPerSecond === 0) return 'stalled: nothing has arrived for 15 s or longer';
  return `${formatBytes(bytesPerSecond)}/s${leftMs === null ? '' : `, ${formatDuration(leftMs)} left`}`;
}

/** How an install is, in a word and a line. */
export function jobInWords(job: InstallJob): JobWords {
  const size = job.totalBytes === null ? formatBytes(job.bytes) : `${formatBytes(job.bytes)} of ${formatBytes(job.totalBytes)}`;
  if (job.isCancelling) return { tone: 'busy', word: 'cancelling', detail: 'InvokeAI takes a few seconds to stop the download' };
  switch (job.state) {
    case 'waiting':
      return { tone: 'busy', word: 'waiting', detail: job.bytes > 0 ? size : 'until the one before it is done' };
    case 'downloading': {
      const isStalled = job.bytesPerSecond === 0;
      return { tone: isStalled ? 'warning' : 'busy', word: isStalled ? 'stalled' : 'downloading', detail: `${size}, ${speedWords(job)}` };
    }
    case 'downloads_done':
    case 'running':
      return { tone: 'busy', word: 'looking through it', detail: `${size}; hashing can take minutes` };
    case 'paused':
      return { tone: 'warning', word: 'paused', detail: job.needsDecision === null ? size : `${size}. ${job.needsDecision}` };
    case 'completed':
      return job.isRecognised === false
        ? { tone: 'warning', word: 'not recognised', detail: `${size}. ${NOT_RECOGNISED}` }
        : { tone: 'good', word: 'installed', detail: size };
    case 'cancelled':
      return { tone: 'off', word: 'cancelled', detail: 'what was fetched is gone' };
    case 'error':
      return { tone: 'bad', word: 'failed', detail: job.error === null ? 'no reason was given' : describeInstallError(job.error) };
    case 'unknown':
      return { tone: 'unknown', word: 'not known', detail: size };
  }
}

/** Said of what InvokeAI registered without knowing what it is. */
export const NOT_RECOGNISED =
  'InvokeAI could not identify it as a model: often a web page or a broken file. Delete it and check the source.';

/** 0 to 1; null = no telling. */
export const shareOf = (job: InstallJob): number | null => (job.totalBytes === null ? null : Math.min(1, job.bytes / job.totalBytes));

export interface ModelFilter {
  readonly search: string;
  readonly type: string | null;
}

export function filtered(models: readonly InstalledModel[], { search, type }: ModelFilter): readonly InstalledModel[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = `${model.name} ${model.base} ${baseWords(model.base)} ${model.type} ${model.format} ${model.source ?? ''}`.toLowerCase();
    return (type === null || model.type === type) && words.every((word) => text.includes(word));
  });
}

/** What deleting a model does to the disk. */
export function deletionWords(model: InstalledModel): string {
  if (model.isMissing) return 'Its file is gone already; only the record is deleted.';
  if (!model.isManaged) return `Only the record is deleted. The file stays at ${model.path ?? 'its place'}, outside InvokeAI’s own folder.`;
  const size = model.bytes === null ? '' : ` and frees ${formatBytes(model.bytes)}`;
  return `Its files are deleted from the disk of the host${size}. This cannot be undone; it would have to be fetched again.`;
}

/** What a button that frees VRAM brought, of `name`. */
export function freedWords(name: string, { beforeMiB, afterMiB, isJobRunning }: FreedVram): string {
  if (isJobRunning) {
    const now = afterMiB === null ? '' : ` In use now: ${formatMiB(afterMiB)}.`;
    return `Requested. ${name} is running a job and unloads its model after that.${now}`;
  }
  if (beforeMiB === null || afterMiB === null) return `${name} unloaded its models; how much that freed is unknown.`;
  const numbers = `${formatMiB(beforeMiB)} before, ${formatMiB(afterMiB)} after`;
  const freed = beforeMiB - afterMiB;
  return freed > 50 ? `${formatMiB(freed)} of VRAM freed: ${numbers}` : `Nothing to free: ${numbers}`;
}

/** The starters whose name, description, base or type holds every word of the search. */
export function searchedStarters(starters: readonly StarterModel[], search: string): readonly StarterModel[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return starters.filter(({ name, description, base, type, source }) => {
    const text = `${name} ${description} ${base} ${baseWords(base)} ${typeWords(type)} ${source}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a set of starters takes: the sum of the sizes that are stated, and how many state none. */
export function sizeOfAll(
  sources: readonly string[],
  starters: readonly StarterModel[],
): { readonly bytes: number; readonly unknown: number } {
  const sizes = sources.map((source) => starters.find((starter) => starter.source === source)?.bytes ?? null);
  return { bytes: sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0), unknown: sizes.filter((bytes) => bytes === null).length };
}

/** A size as {@link sizeOfAll} has it, in words. */
export function sizeWords({ bytes, unknown }: { readonly bytes: number; readonly unknown: number }): string {
  if (bytes === 0) return 'size not stated';
  return unknown === 0 ? `about ${formatBytes(bytes)}` : `about ${formatBytes(bytes)} and ${unknown} of unstated size`;
}

/** `Needs 2.9 GiB more disk space (381.5 MiB free)`; null where the download fits, or one of the two sizes is not known. */
export function describeShortage(neededBytes: number | null, freeBytes: number | null): string | null {
  const missing = missingBytes(neededBytes, freeBytes);
  return missing === 0 ? null : `Needs ${formatBytes(missing)} more disk space (${formatBytes(freeBytes)} free)`;
}
