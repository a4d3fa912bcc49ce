import { type ImportedParameters, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { IMAGE_LIMITS, type RouteId } from '../../../shared/capabilities/images/contract.ts';
import { formatBytes, formatCount, formatDuration, formatMiB, formatRoundTrip } from '../../../shared/format.ts';

/** Strings of the Playground. */
export const TEXT = {
  title: 'Playground',
  cancel: 'Cancel',
  checkingRoute: 'Checking',

  sendVia: 'Send via',
  prompt: 'Prompt',
  promptExample: 'a red apple on a table, window light',
  negativePrompt: 'Negative prompt',
  negativePromptExample: 'blurry, text',
  model: 'Model',
  defaultModel: 'Default (server)',
  size: 'Size',
  count: 'Images',
  steps: 'Steps',
  guidance: 'Guidance',
  seed: 'Seed',
  seedRandom: 'random',
  randomSeed: 'Random seed',
  scheduler: 'Scheduler',
  defaultScheduler: 'Default',
  unavailableHere: 'Not available via this route',
  generate: 'Generate',

  fromImage: 'From image…',
  importDismiss: 'Dismiss imported parameters',
  importNotUsed: 'Not used:',
  importLabel: 'Parameters not used',
  importTooLarge: 'The image is larger than 64 MiB.',

  noRunTitle: 'No image yet',
  noRunBody: 'Enter a prompt and press Generate. Result, timing and VRAM use appear here.',
  preview: 'Preview',
  progress: 'Image progress',
  timing: 'Timing',
  settingsUnchanged: 'Your settings are unchanged.',
  sentAgain: 'Retrying',
  found: 'Host diagnosis',
  showRequest: 'Show request',
  hideRequest: 'Hide request',
  copy: 'Copy',
  copied: 'Copied',

  compare: 'Compare with another image',
  deleteImage: 'Delete image',

  retry: 'Retry',
  readingGallery: 'Reading the gallery',
  show: 'Show',
  hide: 'Hide',
  fileMissing: 'File missing',
  delete: 'Delete',
  deletedRunTitle: 'Image deleted',
  deletedRunBody: 'Deleted images can be restored until the trash is emptied.',
  emptyTrash: 'Delete permanently',
  trashEmptied: 'Deleted permanently',

  unsavedTitle: 'Not saved',
  saveTo: 'Save to…',
  saved: 'Saved',
  discard: 'Discard',
  discardTitle: 'Discard this image?',
  discardLoses: 'It is not saved anywhere and cannot be restored.',
  discardKeepsCopy: 'The copy that you saved remains; the gallery will not have it.',
} as const;

/** The name of each route, and how a sentence says that a request took it. */
export const ROUTE_TEXT: Readonly<Record<RouteId, { readonly label: string; readonly via: string }>> = {
  gateway: { label: 'Gateway', via: 'via the gateway' },
  shim: { label: 'Shim', via: 'via the images shim' },
  backend: { label: 'InvokeAI', via: 'via InvokeAI’s queue' },
  comfyui: { label: 'ComfyUI', via: 'via ComfyUI’s queue' },
};

export const PRESET_TEXT = {
  quick: { label: 'Quick', tip: 'SD 1.5, 512 × 512, 20 steps' },
  quality: { label: 'Quality', tip: 'SDXL, 1024 × 1024, 30 steps' },
} as const;

/** Names of the parts of a run's time. */
export const TIMING_TEXT = {
  connect: 'connect',
  wait: 'wait',
  generate: 'generate',
  network: 'network',
  waitAndGenerate: 'wait and generate',
  transfer: 'transfer',
  save: 'save',
} as const;

/** Names of the facts of an image. */
export const FACT_TEXT = {
  prompt: 'prompt',
  negativePrompt: 'negative prompt',
  model: 'model',
  seed: 'seed',
  size: 'size',
  steps: 'steps',
  guidance: 'guidance',
  scheduler: 'scheduler',
  created: 'created',
  vramPeak: 'VRAM peak',
  request: 'request',
  route: 'via',
  host: 'host',
} as const;

export const describeSendingVia = (route: string): string => `Sending via ${route}`;
export const describeGeneratingVia = (route: string, o: { readonly running: number; readonly waiting: number }): string =>
  `Generating via ${route}${o.running > 1 ? `, ${o.running} at once` : ''}${o.waiting > 0 ? `, ${o.waiting} waiting` : ''}`;
export const describeUnavailable = (route: string, why: string): string => `${route} unavailable: ${why}`;

/** `scale`: screen pixels an image pixel takes. */
export const describeZoom = (scale: number): string => `${Math.round(scale * 100)} %`;
export const describeSize = (width: number, height: number): string => `${width} × ${height}`;
export const describeMissingModel = (name: string): string => `${name} (model missing)`;

/** `2.7 s`, from a minute on `1 min 12 s`: tenths matter when runs are compared. */
export const describeRunTime = (elapsedMs: number): string => (elapsedMs < 60_000 ? formatRoundTrip(elapsedMs) : formatDuration(elapsedMs));
export const describeDone = (elapsedMs: number, route: RouteId): string => `Done in ${describeRunTime(elapsedMs)} ${ROUTE_TEXT[route].via}`;
export const describeFinished = (saved: number, count: number): string =>
  `${saved} of ${count} images were finished and are in the gallery. `;
export const describeFailed = (o: { readonly elapsedMs: number; readonly route: RouteId; readonly seed: string | number | null }): string =>
  `Failed after ${formatDuration(o.elapsedMs)} ${ROUTE_TEXT[o.route].via}. ${TEXT.settingsUnchanged} Seed: ${o.seed ?? TEXT.seedRandom}.`;

export const describeVram = (usedMiB: number | null): string => `VRAM ${formatMiB(usedMiB)}`;
export const describeVramCurve = ({ beforeMiB, peakMiB }: { readonly beforeMiB: number; readonly peakMiB: number }): string =>
  `VRAM during the run, from ${formatMiB(beforeMiB)} to a peak of ${formatMiB(peakMiB)}`;

/** A value of an image's record: the reported one, else the requested one marked as such. */
export function describeFact(reported: string | number | null, requested: string | number | null): string {
  if (reported !== null) return String(reported);
  return requested === null ? 'not reported' : `${requested} (requested)`;
}
export const describePosition = (index: number, count: number): string => `Image ${index + 1} of ${count}`;
/** When, in how long (ms, null = unknown), by which route and on which host an image was created. */
export const describeCreated = (o: {
  readonly at: string;
  readonly elapsedMs: number | null;
  readonly route: RouteId;
  readonly hostLabel: string;
}): string => `${o.at}${o.elapsedMs === null ? '' : ` in ${describeRunTime(o.elapsedMs)}`}, ${ROUTE_TEXT[o.route].via} on ${o.hostLabel}`;

export const describeThumbnail = (o: {
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number | null;
  readonly isMissing: boolean;
}): string => `${o.prompt}\n${describeSize(o.width, o.height)}, seed ${o.seed ?? 'unknown'}${o.isMissing ? `\n${TEXT.fileMissing}` : ''}`;
export const describeOpen = (prompt: string): string => `Open image: ${prompt}`;
export const describeIndexing = ({ readCount, total }: { readonly readCount: number; readonly total: number }): string =>
  `${TEXT.readingGallery}: ${formatCount(readCount)} of ${formatCount(total)} images`;
export const describeSkipped = (count: number): string => `${count === 1 ? '1 file' : `${formatCount(count)} files`} skipped`;
export const describeMoreSkipped = (count: number): string => `and ${formatCount(count)} more; the log lists all`;
export const describeTrash = ({ count, bytes }: { readonly count: number; readonly bytes: number }): string =>
  `${count === 1 ? '1 deleted image' : `${formatCount(count)} deleted images`}, ${formatBytes(bytes)}, removed after 30 days`;

export function describeImport({ source }: ImportedParameters): string {
  return source === null ? 'No parameters found' : `Parameters read from ${source}`;
}

export const describeSavedTo = (path: string): string => `Saved to ${path}`;
export const describeCopyIn = (path: string): string => `Copy in ${path}`;

/** What is wrong at a field, with the limit and the length entered. */
export const FIELD_PROBLEMS = {
  promptTooLong: (length: number): string =>
    `At most ${formatCount(IMAGE_LIMITS.promptLength)} characters; this has ${formatCount(length)}.`,
  searchTooLong: (length: number): string => `At most ${MAX_SEARCH_CHARS} characters; this has ${formatCount(length)}.`,
  seed: `A whole number from 0 to ${formatCount(IMAGE_LIMITS.maxSeed)}, or empty for a random seed.`,
  modelTooLong: `At most ${IMAGE_LIMITS.modelLength} characters.`,
  tooManyPixels: (maxPixels: number): string => `Too large: at most ${(maxPixels / 1e6).toFixed(1)} megapixels via this route.`,
} as const;
