import type { GalleryImage, GalleryPage, GalleryQuery } from '../../../shared/capabilities/gallery/contract.ts';
import { matchesWords } from './image-record.ts';

type Days = GalleryPage['days'];
type Models = GalleryPage['models'];

/** The model as reported, else as requested; null = neither. */
const modelOf = ({ modelUsed, parameters }: GalleryImage): string | null => modelUsed ?? parameters.model;

/** The images that a query asks for, in its order. `newestFirst` is every image; `favourites` are ids. */
export function findImages(
  newestFirst: readonly GalleryImage[],
  query: GalleryQuery,
  favourites: ReadonlySet<string>,
): readonly GalleryImage[] {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const { isFavourite, model, fromMs, toMs, sort } = query;
  const isAll = words.length === 0 && !isFavourite && model === null && fromMs === null && toMs === null;
  const found = isAll
    ? newestFirst
    : newestFirst.filter(
        (image) =>
          (!isFavourite || favourites.has(image.pictureId)) &&
          (model === null || modelOf(image) === model) &&
          (fromMs === null || image.createdAt >= fromMs) &&
          (toMs === null || image.createdAt < toMs) &&
          (words.length === 0 || matchesWords(image, words)),
      );
  if (sort === 'oldest') return [...found].reverse();
  return sort === 'prompt' ? byPrompt(found) : found;
}

function byPrompt(images: readonly GalleryImage[]): readonly GalleryImage[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return [...images].sort((a, b) => compare(a.parameters.prompt, b.parameters.prompt));
}

/** How many images each local day has. The images are in the order of time, either way; one date is computed per day, not per image. */
export function daysOf(images: readonly GalleryImage[]): Days {
  const days: { day: string; count: number }[] = [];
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { createdAt } of images) {
    const last = days.at(-1);
    if (last !== undefined && createdAt >= fromMs && createdAt < toMs) {
      last.count += 1;
      continue;
    }
    const date = new Date(createdAt);
    const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
    fromMs = new Date(year, month, day).getTime();
    // A day of a changing clock has 23 or 25 hours.
    toMs = new Date(year, month, day + 1).getTime();
    days.push({ day: `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`, count: 1 });
  }
  return days;
}

/** The models of the images, the most used first. */
export function modelsOf(images: readonly GalleryImage[]): Models {
  const counts = new Map<string, number>();
  for (const image of images) {
    const model = modelOf(image);
    if (model !== null) counts.set(model, (counts.get(model) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
