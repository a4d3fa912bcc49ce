import type { GALLERY_SORTS } from '../../../../shared/capabilities/gallery/contract.ts';
import { MAX_SELECTED } from '../../../../shared/capabilities/gallery/contract.ts';
import { formatCount } from '../../../../shared/format.ts';

/** Strings of the gallery, the viewer and the import of parameters. */
export const GALLERY_TEXT = {
  title: 'Gallery',
  search: 'Search gallery',
  searchExample: 'Search prompts and models',
  favouritesOnly: 'Only favourites',
  model: 'Filter by model',
  anyModel: 'Any model',
  date: 'Filter by date',
  sort: 'Sort images',
  from: 'From',
  to: 'To',
  clearFilters: 'Clear filters',
  empty: 'Gallery is empty',
  emptyBody: 'Generated images are saved on this computer, with their parameters inside the PNG.',
  noMatch: 'No matching images',
  noMatchBody: 'Change the search or clear the filters.',
  noFavourites: 'No favourites yet',
  noFavouritesBody: 'Press F on an image, or click its star, to mark it.',

  clearSelection: 'Clear',
  selectAll: 'Select all',
  addFavourite: 'Add to favourites',
  removeFavourite: 'Remove from favourites',
  compare: 'Compare',
  favourite: 'Favourite',
  exportSelected: 'Export…',
  trash: 'Move to trash',
  trashedNoFile: 'Image file missing: removed from the gallery',
  selectDay: 'Select day',

  exportTitle: 'Export images',
  exportTo: 'Export to',
  exportFolder: 'Folder',
  exportZip: 'ZIP file',
  withParameters: 'Keep prompt and parameters in the files',
  withoutParametersHint: 'Removes all text, EXIF and time from the copies. The images in the gallery are unchanged.',
  exportAction: 'Export',
  cancel: 'Cancel',

  viewer: 'Image',
  viewerBar: 'Image actions',
  previous: 'Previous image',
  next: 'Next image',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to window',
  actualSize: 'Actual size (100 %)',
  fitShort: 'Fit',
  actualShort: '100 %',
  details: 'Details',
  undo: 'Undo',
  close: 'Close',
  moreActions: 'More actions',
  stage: 'Image, zoom and pan',
  viewerKeys:
    '← → browse · wheel, + or − zoom · 0 fit · 1 actual size · F favourite · U use parameters · I details · Delete moves to trash',
  dragHint: 'Drag the image out of the window to copy the file',
  notReadable: 'The image cannot be read.',

  open: 'Open',
  useParameters: 'Use parameters',
  regenerate: 'Regenerate (same seed)',
  regenerateOther: 'Regenerate (new seed)',
  copyImage: 'Copy image (without parameters)',
  imageCopied: 'Copied to clipboard',
  copyFile: 'Copy file (keeps parameters)',
  fileCopied: 'File copied to clipboard',
  copyParameters: 'Copy parameters',
  parametersCopied: 'Parameters copied to clipboard',
  saveAs: 'Save image as…',
  showInFolder: 'Show in folder',
  notSaved: 'Not saved to disk yet',

  fromImageTip: 'Read the parameters of a PNG, JPEG or WebP. You can also drop or paste one anywhere on this page.',
  apply: 'Apply to form',
  importValues: 'Parameters for the form',
  notAnImage: 'No image found in the dropped or pasted data.',
} as const;

export const SORT_TEXT: Readonly<Record<(typeof GALLERY_SORTS)[number], string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  prompt: 'By prompt',
};

export const SPAN_TEXT = {
  any: 'Any date',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  custom: 'Choose dates…',
} as const;

const countImages = (count: number): string => (count === 1 ? '1 image' : `${formatCount(count)} images`);

/** `214 images`, or `12 of 214 images` where a filter is set. */
export const describeTotal = (total: number, galleryTotal: number): string =>
  total === galleryTotal ? countImages(total) : `${formatCount(total)} of ${countImages(galleryTotal)}`;
export const describeSelected = (count: number): string => `${formatCount(count)} selected`;
export const describeAllSelected = (count: number, total: number): string =>
  count < total ? `Selected the first ${formatCount(MAX_SELECTED)} of ${formatCount(total)}` : `Selected ${countImages(count)}`;
export const describeSelect = (prompt: string): string => `Select image: ${prompt}`;
export const describeStar = (prompt: string): string => `Favourite: ${prompt}`;
/** Where fewer were moved than wanted, both counts are named. */
export const describeTrashed = (moved: number, wanted: number): string =>
  moved === wanted ? `Moved ${formatCount(moved)} to the trash` : `Moved ${formatCount(moved)} of ${formatCount(wanted)} to the trash`;
export const describeRestored = (count: number): string => `Restored ${countImages(count)}`;
export const describeExported = (o: { readonly saved: number; readonly missing: number; readonly savedTo: string }): string =>
  `Exported ${countImages(o.saved)} to ${o.savedTo}${o.missing === 0 ? '' : `; ${formatCount(o.missing)} without a file skipped`}`;
export const describePlace = (index: number, total: number): string => `${formatCount(index + 1)} of ${formatCount(total)}`;

export const describeApplied = (source: string): string => `Parameters of ${source} applied to the form`;
export const describeMissingOnHost = (model: string, host: string): string =>
  `Model ${model} is not on ${host}. Model in the form unchanged.`;
export const describeUnknownOnHost = (host: string): string => `Model availability on ${host} unknown`;

/** `Today`, `Yesterday`, `Friday, 27 November 2026`; `day` is `2026-11-27`. */
export function describeDay(day: string, nowMs: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const start = new Date(year, month - 1, date);
  const now = new Date(nowMs);
  const daysAgo = Math.round((new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime() - start.getTime()) / 86_400_000);
  if (daysAgo === 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  // Put together here: whether a comma follows the weekday depends on the version of the runtime.
  const weekday = start.toLocaleDateString('en-GB', { weekday: 'long' });
  return `${weekday}, ${start.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}`;
}
