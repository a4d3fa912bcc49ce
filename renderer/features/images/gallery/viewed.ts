import { useEffect } from 'react';
import { create } from 'zustand';
import type { GalleryQuery } from '../../../../shared/capabilities/gallery/contract.ts';

interface ViewedStore {
  /** The query whose images the viewer shows next; null = every image. */
  readonly query: GalleryQuery | null;
  /** Where the viewer was closed, as a position in that query; a new object each time. */
  readonly closed: { readonly index: number } | null;
}

const useViewedStore = create<ViewedStore>(() => ({ query: null, closed: null }));

/** Says from which list the next image is opened. */
export function viewFrom(query: GalleryQuery | null): void {
  useViewedStore.setState({ query, closed: null });
}

export const viewedQuery = (): GalleryQuery | null => useViewedStore.getState().query;

/** The viewer was closed at this position of the list it was opened from. */
export function noteClosed(index: number): void {
  useViewedStore.setState({ closed: { index } });
}

/** Calls back with the position at which the viewer was closed. */
export function useViewed(onClosed: (index: number) => void): void {
  const closed = useViewedStore((store) => store.closed);
  useEffect(() => {
    if (closed === null) return;
    useViewedStore.setState({ closed: null });
    onClosed(closed.index);
  }, [closed, onClosed]);
}
