import { type ImportedParameters, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { IMAGE_LIMITS } from '../../../shared/capabilities/images/contract.ts';
import { formatBytes, formatCount } from '../../../shared/format.ts';

/** Strings of the Playground. */
export const TEXT = {
  fromImage: 'From image…',
  fromImageTip: 'Read the parameters of a PNG. Dropping or pasting one anywhere on this page does the same.',
  importDismiss: 'Dismiss what was read from the image',
  importNotUsed: 'Not used:',
  importLabel: 'Not taken from the image',
  notAPng: 'No PNG image in what was dropped or pasted.',
  importTooLarge: 'The image is larger than 64 MiB.',
  defaultScheduler: 'Default',
  deleted: 'Deleted',
  undo: 'Undo',
  dismiss: 'Dismiss',
  restored: 'Restored',
  fileMissing: 'File missing',
  deletedRunTitle: 'Image deleted',
  deletedRunBody: 'Deleted images can be restored until the trash is emptied.',
  unsavedTitle: 'Not saved',
  retry: 'Retry',
  saveTo: 'Save to…',
  discard: 'Discard',
  copyFile: 'Copy file (keeps parameters)',
  copyImage: 'Copy image (without parameters)',
  fileCopied: 'File copied to clipboard',
  imageCopied: 'Copied to clipboard',
  showMore: 'Show more',
  emptyTrash: 'Delete permanently',
  sendVia: 'Send via',
  unavailableHere: 'Not available via this route',
  regenerate: 'Regenerate (same seed)',
  regenerateOther: 'Regenerate (new seed)',
  compare: 'Compare with another image',
  saveImage: 'Save image as…',
  deleteImage: 'Delete image',
  runAgain: 'Run again',
  galleryEmpty: 'Gallery is empty',
  noMatch: 'No matching images',
  image: 'Image',
  sideBySide: 'Side by side',
  settingsUnchanged: 'Your settings are unchanged.',
  trashEmptied: 'Deleted permanently',
} as const;

export const finishedWords = (saved: number, count: number): string => `${saved} of ${count} images were finished and are in the gallery. `;
export const sendingVia = (route: string): string => `Sending via ${route}`;
/** Why the selected route cannot be used. */
export const unavailable = (route: string, why: string): string => `${route} unavailable: ${why}`;
export const generatingVia = (route: string): string => `Generating via ${route}`;
export const indexingWords = ({ readCount, total }: { readonly readCount: number; readonly total: number }): string =>
  `Reading the gallery: ${formatCount(readCount)} of ${formatCount(total)} images`;
export const skippedWords = (count: number): string => `${count === 1 ? '1 file' : `${formatCount(count)} files`} skipped`;
export const trashWords = ({ count, bytes }: { readonly count: number; readonly bytes: number }): string =>
  `${count === 1 ? '1 deleted image' : `${formatCount(count)} deleted images`}, ${formatBytes(bytes)}, kept for 30 days`;
export const deletedWords = (count: number): string => (count === 1 ? TEXT.deleted : `${TEXT.deleted} ${count}`);

export function importedWords({ source }: ImportedParameters): string {
  return source === null ? 'No parameters read' : `Parameters read from ${source}`;
}

/** What is wrong at a field, with the limit and what was entered. */
export const FIELD_PROBLEMS = {
  promptTooLong: (length: number): string =>
    `At most ${formatCount(IMAGE_LIMITS.promptLength)} characters; this has ${formatCount(length)}.`,
  searchTooLong: (length: number): string => `At most ${MAX_SEARCH_CHARS} characters; this has ${formatCount(length)}.`,
  seed: `A whole number from 0 to ${formatCount(IMAGE_LIMITS.maxSeed)}, or empty for a random seed.`,
  modelTooLong: `At most ${IMAGE_LIMITS.modelLength} characters.`,
  tooManyPixels: (maxPixels: number): string => `Too large: at most ${(maxPixels / 1e6).toFixed(1)} megapixels via this route.`,
} as const;
