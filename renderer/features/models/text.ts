import type { BackendQueue, FreedVram, HfLogin, InstalledModel, ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import { missingBytes } from '../../../shared/disk-need.ts';
import { formatBytes, formatMiB } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';

/** Strings of the Models page. */
export const TEXT = {
  title: 'Models',
  cancel: 'Cancel',
  retry: 'Retry',
  search: 'Search',
  loading: 'Loading…',
  notConnected: 'Not connected',
  noData: 'No data yet',
  program: 'Program',
  freeVram: 'Free VRAM',
  installModel: 'Install a model',
  fetchCheckpoint: 'Fetch a checkpoint',
  lastResponse: 'last response',
  emptyBody: 'Installed models appear here, with size and missing files, and buttons to install SDXL and Stable Diffusion 1.5.',
  keptTrying: 'Retrying every few seconds.',
  install: 'Install',
  fetch: 'Fetch',

  installed: 'Installed',
  installedTable: 'Installed models',
  modelType: 'Model type',
  allTypes: 'all',
  searchModels: 'Search models',
  noModels: 'No models installed',
  noModelsBody: 'Image generation needs a main model. Install one above.',
  noMatch: 'No matching models',
  noMatchBody: 'Try another search or type.',
  columnModel: 'Model',
  columnBase: 'Base',
  columnType: 'Type',
  columnFormat: 'Format',
  columnSize: 'Size',
  columnFiles: 'Files',
  columnActions: 'Actions',
  columnLastUsed: 'Last used',
  unknown: 'unknown',
  lastUsedUnknown: 'No use recorded by this panel',
  lastUsedNote: 'Latest of the jobs of InvokeAI that this panel saw, and of its own images',
  useInPlayground: 'Use in Playground',
  copyName: 'Copy name',
  copySource: 'Copy source',
  sourceUnknown: 'Source not reported',
  notMain: 'Not a main model',
  baseNotOffered: 'The Playground makes images with SD 1.5 and SDXL',
  filesOk: 'OK',
  filesMissing: 'missing files',
  notRecognised: 'not recognised',
  deleteModel: 'Delete model',

  downloads: 'Downloads',
  clearFinished: 'Clear finished',
  clearFinishedQuestion: 'Clear finished downloads?',
  cancelInstall: 'Cancel install',
  startOver: 'Start over',

  sourceShape: 'Use one line without control characters.',
  inPlace: 'Use in place (do not move)',
  inPlaceNote: 'InvokeAI uses the file where it is.',
  moveNote: 'InvokeAI moves the file into its own folder.',
  downloadToken: 'Access token for this download',
  downloadTokenNote: 'Needed for restricted repos only. Sent to InvokeAI and not saved here.',
  recommended: 'Recommended by InvokeAI',
  recommendedTable: 'Models that InvokeAI recommends',
  notOnHub: 'Not on Hugging Face',
  busy: 'Another install is starting',
  loadingRecommended: 'Loading InvokeAI’s recommendations…',
  bundles: 'Bundles',
  bundlesNote: 'Bundles, with the number of models still to install:',
  stateInstalled: 'Installed',

  queue: 'Queue',
  pause: 'Pause',
  resume: 'Resume',
  cancelJob: 'Cancel current job',
  clear: 'Clear…',
  clearAll: 'Clear all jobs',
  preview: 'Preview',
  jobWithoutPrompt: 'job without a prompt',
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  queuePaused: 'Paused: waiting jobs do not start',
  queueGenerating: 'Generating',
  queueStalled: 'Queue stalled',
  queueStarting: 'Starting the next job',
  queueIdle: 'Idle',

  disk: 'Disk',
  diskUnknown: 'Disk space unknown',
  huggingFace: 'Hugging Face',
  hfToken: 'Hugging Face token',
  afterResponse: 'Available once InvokeAI responds',
  logIn: 'Log in',
  logOut: 'Log out',
  memory: 'Memory settings',
  memoryAside: 'read only; set in invokeai.yaml on the host',
  memoryNotReported: 'Not reported by this version',
} as const;

/** State of the Hugging Face login with its meaning. */
export const HF_LOGIN_TEXT: Readonly<Record<HfLogin, { readonly tone: Tone; readonly word: string; readonly note: string }>> = {
  valid: { tone: 'good', word: 'logged in', note: 'Gated repos can be installed after you accept their licence on Hugging Face.' },
  invalid: { tone: 'off', word: 'no token', note: 'Only gated repos need a token.' },
  unknown: {
    tone: 'warning',
    word: 'not verified',
    note: 'Hugging Face did not confirm the saved token: the host cannot reach it, or the token has expired.',
  },
  'not-offered': { tone: 'off', word: 'not supported', note: 'Needs InvokeAI 5.3 or newer.' },
};

export const describeAbsent = (name: string): string => `${name} not found: no unit of this name, nothing on its port`;
export const describeConnecting = (name: string): string => `Connecting to ${name}`;
export const describeConnectingOn = (name: string, hostLabel: string): string => `Connecting to ${name} on ${hostLabel}`;
export const describeLoginNeeded = (name: string): string => `${name} requires a login`;
export const describeNotResponding = (name: string): string => `${name} not responding`;
export const describeRunning = (name: string, version: string): string => `${name} ${version} running`;
/** `6 models, 609.7 GiB free on the disk`; the space is left out where it is unknown. */
export const describeCountAndSpace = (count: number, disk: ModelsDisk | null): string =>
  `${count === 1 ? '1 model' : `${count} models`}${disk === null ? '' : `, ${formatBytes(disk.freeBytes)} free on the disk`}`;
export const describeStart = (name: string): string => `Start ${name}`;
export const describeUnit = (unit: string, activeState: string, subState: string): string =>
  `systemd: ${unit} is ${activeState} (${subState}).`;

export const describeDelete = (name: string): string => `Delete ${name}`;
export const describeUse = (name: string): string => `Use ${name} in the Playground`;
/** The delete action with what it frees, where that is known. */
export const describeDeleteFrees = ({ bytes, isManaged, isMissing }: InstalledModel): string =>
  bytes === null || !isManaged || isMissing ? 'Delete…' : `Delete… (frees ${formatBytes(bytes)})`;
export const describeDeleteOn = (name: string, hostLabel: string): string => `Delete ${name} on ${hostLabel}`;
export const describePause = (source: string): string => `Pause ${source}`;
export const describeResume = (source: string): string => `Resume ${source}`;
export const describeStartOver = (source: string): string => `Start ${source} over`;
export const describeCancel = (source: string): string => `Cancel ${source}`;
export const describeCancelQuestion = (source: string): string => `Cancel the install of ${source}?`;
export const describeCancelConsequence = (bytes: number): string => `InvokeAI deletes the ${formatBytes(bytes)} downloaded so far.`;
export const describeClearFinished = (failed: number): string =>
  `${failed === 1 ? '1 failed download' : `${failed} failed downloads`} can no longer be started over from here. Installed models are not deleted.`;
export const describeDownloadOf = (source: string): string => `Download of ${source}`;
export const describeProgress = (bytes: number, totalBytes: number | null): string =>
  totalBytes === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
export const describeInstall = (verb: string, label: string): string => `${verb} ${label}`;
/** `High quality · 1024 px · 7.0 GiB download (609.7 GiB free)`; `freeBytes` null = not shown. */
export const describeOffer = (why: string, bytes: number, freeBytes: number | null): string =>
  `${why} · ${formatBytes(bytes)} download${freeBytes === null ? '' : ` ${describeFree(freeBytes)}`}`;
export const describeFree = (freeBytes: number): string => `(${formatBytes(freeBytes)} free)`;
export const describeMatches = (count: number): string => (count === 1 ? '1 match' : `${count} matches`);
export const describeBundle = (name: string): string => `Bundle ${name}`;
export const describeBundleCount = (name: string, missing: number): string =>
  missing === 0 ? `${name}: installed` : `${name} (${missing})`;
export const describeInstallBundle = (name: string, count: number): string =>
  `Install ${name} bundle (${count === 1 ? '1 model' : `${count} models`})`;

export const describeLastSeen = (word: string): string => `Last seen: ${word}`;
export const describeGenerating = (itemId: string | number): string => `Generating job ${itemId}`;
export const describeClear = (waiting: number): string =>
  `This cancels the current job and deletes all jobs, including ${waiting} waiting.`;
/** Effect of a restart on the queue: InvokeAI cancels the current job and continues with the waiting jobs. */
export function describeRestart({ current, inProgress, pending, next }: BackendQueue): string {
  const waiting = pending ?? 0;
  const isRunning = current !== null || (inProgress ?? 0) > 0;
  if (waiting === 0) return isRunning ? 'A restart of InvokeAI cancels the current job.' : 'Safe to restart: queue is empty.';
  const first = next[0];
  const from = first?.from == null ? '' : `, from ${first.from}`;
  const named = first === undefined ? '' : ` Next: ${first.prompt ?? TEXT.jobWithoutPrompt}${from}.`;
  const kept = waiting === 1 ? '1 waiting job continues' : `${waiting} waiting jobs continue`;
  return `${isRunning ? 'A restart of InvokeAI cancels the current job' : 'Safe to restart'}; ${kept} afterwards.${named}`;
}

export const describeDiskUse = (used: number, size: number, models: number): string =>
  `${formatBytes(used)} of ${formatBytes(size)} used, models ${formatBytes(models)}`;
export const describeDisk = (o: {
  readonly models: number;
  readonly other: number;
  readonly size: number;
  readonly path: string;
  readonly reserved: number | null;
}): string =>
  `Models ${formatBytes(o.models)}, other files ${formatBytes(o.other)}, of ${formatBytes(o.size)} on ${o.path}${o.reserved === null ? '' : `; ${formatBytes(o.reserved)} reserved by the file system`}`;

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

const known = (names: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(names, name) ? names[name] : undefined;

/** Common names of bases and types; unknown names are shown unchanged. */
export const describeBase = (base: string): string => known(BASES, base) ?? base;
export const describeType = (type: string): string => known(TYPES, type) ?? type.replaceAll('_', ' ');

/** Explains "not recognised". */
export const NOT_RECOGNISED =
  'InvokeAI could not identify this file as a model: often it is a web page or a damaged file. Delete it and check the source.';

/** The effect of deleting a model on the disk. */
export function describeDeletion(model: InstalledModel): string {
  if (model.isMissing) return 'Its file is already missing; only the record is deleted.';
  if (!model.isManaged)
    return `Only the record is deleted. The file stays${model.path === null ? ' in place' : ` at ${model.path}`}, outside InvokeAI’s folder.`;
  const size = model.bytes === null ? '' : ` and frees ${formatBytes(model.bytes)}`;
  return `This deletes its files on the host${size}. It cannot be undone; the model would have to be downloaded again.`;
}

/** The result of freeing VRAM; `name` is the program. */
export function describeFreed(name: string, { beforeMiB, afterMiB, isJobRunning }: FreedVram): string {
  if (isJobRunning) {
    const now = afterMiB === null ? '' : ` In use now: ${formatMiB(afterMiB)}.`;
    return `Requested. ${name} is running a job and unloads its model after that.${now}`;
  }
  if (beforeMiB === null || afterMiB === null) return `${name} unloaded its models; how much that freed is unknown.`;
  const numbers = `${formatMiB(beforeMiB)} before, ${formatMiB(afterMiB)} after`;
  const freed = beforeMiB - afterMiB;
  return freed > 50 ? `${formatMiB(freed)} of VRAM freed: ${numbers}` : `Nothing to free: ${numbers}`;
}

/** The sum of sizes, with the number of sizes that are unknown. */
export function describeSizes({ bytes, unknown }: { readonly bytes: number; readonly unknown: number }): string {
  if (bytes === 0) return 'size unknown';
  return unknown === 0 ? `about ${formatBytes(bytes)}` : `about ${formatBytes(bytes)} and ${unknown} of unknown size`;
}

/** `Needs 2.9 GiB more disk space (381.5 MiB free)`; null where the download fits, or one of the two sizes is not known. */
export function describeShortage(neededBytes: number | null, freeBytes: number | null): string | null {
  const missing = missingBytes(neededBytes, freeBytes);
  return missing === 0 ? null : `Needs ${formatBytes(missing)} more disk space (${formatBytes(freeBytes)} free)`;
}
