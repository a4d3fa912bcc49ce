import { ALL_IMAGES, type GalleryQuery } from '../../../../shared/capabilities/gallery/contract.ts';
import type { SPAN_TEXT } from './text.ts';

export type Span = keyof typeof SPAN_TEXT;

/** What the operator chose to see of the gallery. `from` and `to` are local days (`2026-11-27`) or empty, for the span `custom`. */
export interface GalleryFilters extends Pick<GalleryQuery, 'search' | 'isFavourite' | 'model' | 'sort'> {
  readonly span: Span;
  readonly from: string;
  readonly to: string;
}

export const NO_FILTERS: GalleryFilters = {
  ...{ search: ALL_IMAGES.search, isFavourite: ALL_IMAGES.isFavourite, model: ALL_IMAGES.model, sort: ALL_IMAGES.sort },
  ...{ span: 'any', from: '', to: '' },
};

export const hasFilters = ({ search, isFavourite, model, span }: GalleryFilters): boolean =>
  search !== '' || isFavourite || model !== null || span !== 'any';

/** The start of the local day that lies `days` after the day of `nowMs`, as epoch ms: days of a changing clock count too. */
function startOfDay(nowMs: number, days: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

/** The start of a day as a date field has it, plus `days`; null for an empty or impossible one. */
function startOf(day: string, days: number): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return null;
  const startMs = new Date(Number(year), Number(month) - 1, Number(date) + days).getTime();
  return Number.isNaN(startMs) ? null : startMs;
}

/** The filters as a query. Spans are whole local days, so that the query stays the same until midnight. */
export function queryOf({ search, isFavourite, model, sort, span, from, to }: GalleryFilters, nowMs: number): GalleryQuery {
  const query = { search, isFavourite, model, sort, fromMs: null, toMs: null };
  switch (span) {
    case 'any':
      return query;
    case 'today':
      return { ...query, fromMs: startOfDay(nowMs, 0) };
    case 'week':
      return { ...query, fromMs: startOfDay(nowMs, -6) };
    case 'month':
      return { ...query, fromMs: startOfDay(nowMs, -29) };
    case 'custom':
      return { ...query, fromMs: startOf(from, 0), toMs: startOf(to, 1) };
  }
}
