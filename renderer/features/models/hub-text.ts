import type { ModelsDisk } from '../../../shared/capabilities/models/contract.ts';
import type { HubDetails, HubKind, HubModel, HubOffer } from '../../../shared/capabilities/models/hub-contract.ts';
import { missingBytes } from '../../../shared/disk-need.ts';
import { formatBytes, formatDiskSpace } from '../../../shared/format.ts';
import type { Tone } from '../../ui/tone.tsx';
import type { Needs } from './needs.ts';

/** Strings of the search of Hugging Face. */
export const HUB_TEXT = {
  views: 'View',
  installed: 'Installed',
  add: 'Add models',
  field: 'Search Hugging Face, or enter a repo, URL or path on the host',
  fieldExample: 'sdxl anime · org/name · https://… · /data/models/x.safetensors',
  kind: 'Kind of model',
  results: 'Hugging Face',
  resultsTable: 'Models found on Hugging Face',
  searching: 'Searching…',
  cancel: 'Cancel',
  again: 'Search again',
  retry: 'Retry',
  more: 'Show 100',
  none: 'No matching models',
  noneBody: 'Try another search or type, or enter a repo like org/name.',
  columnModel: 'Model',
  columnLicence: 'Licence',
  columnAccess: 'Access',
  columnBase: 'Base',
  columnType: 'Type',
  columnDownloads: 'Downloads',
  columnLikes: 'Likes',
  columnUpdated: 'Updated',
  columnState: 'State',
  unknown: 'unknown',
  installedState: 'Installed',
  queuedState: 'Installing',
  open: 'Licence and size',
  copyId: 'Copy repo',
  openPage: 'Open on Hugging Face',
  settings: 'Search settings',

  loading: 'Reading licence, files and sizes…',
  licence: 'Licence',
  noLicence: 'Not stated. Check with the owner before use.',
  access: 'Access',
  derivedFrom: 'Derived from',
  uses: 'Downloads, likes',
  choose: 'What to install',
  repository: 'Diffusers model',
  half: 'half precision (fp16)',
  full: 'as published',
  files: 'Files to download',
  needs: 'Also installed',
  fetched: 'Download size',
  afterwards: 'Free afterwards',
  doesNotFit: 'does not fit',
  diskUnknown: 'Free disk space unknown',
  nothing: 'This repo has no files that InvokeAI can install.',
  pickle: 'This format can run code when it is loaded. Use a .safetensors file where there is one.',
  token: 'Access token for this download',
  tokenNote: 'Sent to InvokeAI and not saved here.',
  gatedTitle: 'Gated: its licence must be accepted first',
  gatedSteps: 'Accept the licence on its page, then enter a token of that account below, or log InvokeAI in under Installed, Hugging Face.',
  privateSteps: 'This repo is private: enter a token that may read it.',
  needsToken: 'Needs a token of an account that accepted the licence.',
  unlisted: 'InvokeAI can still try to install it; size and licence are unknown.',
} as const;

export const KIND_TEXT: Readonly<Record<HubKind, string>> = {
  image: 'Image models',
  lora: 'LoRA',
  controlnet: 'ControlNet',
  any: 'All',
};

/** Whether a licence has to be accepted, as lists show it. */
export function describeAccess({ gated, isPrivate }: Pick<HubModel, 'gated' | 'isPrivate'>): {
  readonly tone: Tone;
  readonly word: string;
} {
  if (isPrivate) return { tone: 'warning', word: 'private' };
  switch (gated) {
    case 'no':
      return { tone: 'good', word: 'open' };
    case 'automatic':
      return { tone: 'warning', word: 'gated' };
    case 'manual':
      return { tone: 'warning', word: 'gated, by request' };
    case 'unknown':
      return { tone: 'unknown', word: 'unknown' };
  }
}

/** What the saved token of this panel may do with a gated repository; null = nothing to say. */
export function describeTokenAccess(access: HubDetails['access']): { readonly tone: Tone; readonly word: string } | null {
  switch (access) {
    case 'granted':
      return { tone: 'good', word: 'Accepted with the token saved in Settings' };
    case 'not-granted':
      return { tone: 'warning', word: 'Not accepted with the token saved in Settings' };
    case 'token-needed':
    case 'open':
    case 'unknown':
      return null;
  }
}

export const describeFrom = (from: 'computer' | 'host', site: string, hostLabel: string): string =>
  `${site.replace('https://', '')}, from ${from === 'computer' ? 'this computer' : hostLabel}`;
export const describeResults = (count: number, hasMore: boolean): string =>
  `${hasMore ? 'The first ' : ''}${count === 1 ? '1 model' : `${count} models`}, most downloaded first`;
export const describeDialog = (id: string, hostLabel: string): string => `Install ${id} on ${hostLabel}`;
export const describeOpen = (id: string): string => `Licence and size of ${id}`;
export const describeInstallOf = (bytes: number | null): string =>
  bytes === null ? 'Install (size unknown)' : `Install ${formatBytes(bytes)}`;
export const describeFiles = (offer: HubOffer): string =>
  `${offer.files.length === 1 ? '1 file' : `${offer.files.length} files`}, ${offer.bytes === null ? 'size unknown' : formatBytes(offer.bytes)}`;
export const describeOfferLabel = (offer: HubOffer): string =>
  offer.kind === 'file' ? (offer.label ?? '') : `${HUB_TEXT.repository}, ${offer.label === null ? HUB_TEXT.full : HUB_TEXT.half}`;
/** `clip-vit-large, t5-encoder: 4.6 GiB`. */
export const describeNeeds = ({ sources, bytes }: Needs): string =>
  `${sources.join(', ')}: ${bytes === null ? 'size unknown' : formatBytes(bytes)}`;
/** `602.7 GiB of 1.8 TiB`; `bytes` null = unknown. */
export function describeAfterwards(bytes: number | null, disk: ModelsDisk | null): string {
  if (bytes === null || disk === null) return HUB_TEXT.unknown;
  return missingBytes(bytes, disk.freeBytes) > 0
    ? HUB_TEXT.doesNotFit
    : `${formatBytes(disk.freeBytes - bytes)} of ${formatBytes(disk.sizeBytes)}`;
}
/** `609.7 GiB free of 1.8 TiB (33 %) on /var`; `isOld`: as last reported. */
export const describeDiskLine = (disk: ModelsDisk | null, isOld: boolean): string =>
  disk === null ? HUB_TEXT.diskUnknown : `${formatDiskSpace(disk)} on ${disk.path}${isOld ? ', last known' : ''}`;
export const describeRecommended = (count: number): string => `${count} models`;
export const describeShowAll = (count: number): string => `Show all ${count}`;
export const describeStarted = (source: string): string => `Installing ${source}`;
export const describeSourceInstall = (source: string): string => `Install ${source}`;

/** Why a part is larger than the memory of the GPU. */
export const describeTooLarge = (partBytes: number, vramBytes: number, isImpossible: boolean): string =>
  isImpossible
    ? `Too large for this GPU: one part is ${formatBytes(partBytes)}, VRAM is ${formatBytes(vramBytes)}, not enough even in half precision`
    : `One part is ${formatBytes(partBytes)}, VRAM is ${formatBytes(vramBytes)}: it may run out of VRAM`;
