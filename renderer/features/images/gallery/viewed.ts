import { useEffect } from 'react';
import { create } from 'zustand';
import type { GalleryQuery } from '../../../../shared/capabilities/gallery/contract.ts';

interface ViewedStore {
  /** The query whose images the viewer shows next; null = every image. */
  readonly query: GalleryQuery | null;
  /** Where the viewer was closed: a position in a query. */
  readonly closed: { readonly query: GalleryQuery; readonly index: number } | null;
}

const useViewedStore = create<ViewedStore>(() => ({ query: null, closed: null }));

/** Says from which list the next image is opened. */
export function viewFrom(query: GalleryQuery | null): void {
  useViewedStore.setState({ query, closed: null });
}

export const viewedQuery = (): GalleryQuery | null => useViewedStore.getState().query;

/** The viewer was closed at this position of a query. */
export function noteClosed(query: GalleryQuery, index: number): void {
  useViewedStore.setState({ closed: { query, index } });
}

const keyOf = ({ search, isFavourite, model, fromMs, toMs, sort }: GalleryQuery): string =>
  JSON.stringify([search, isFavourite, model, fromMs, toMs, sort]);

/** Calls back with the position at which the viewer was closed, if it showed the images of this query. */
export function useViewed(query: GalleryQuery, onClosed: (index: number) => void): void {
  const closed = useViewedStore((store) => store.closed);
  useEffect(() => {
    if (closed === null) return;
    useViewedStore.setState({ closed: null });
    if (keyOf(closed.query) === keyOf(query)) onClosed(closed.index);
  }, [closed, query, onClosed]);
}
