import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { GalleryImage, GalleryPage, GalleryQuery } from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { useGalleryVersion } from '../../../stores/images.ts';
import { useFavourites } from './favourites.ts';

/** Images fetched in one call. */
const PAGE_IMAGES = 100;
/** Pages that were scrolled out of sight are forgotten after this time. */
const KEPT_MS = 30_000;
const KEY = 'gallery.page';

const pageOptions = (query: GalleryQuery, page: number) => ({
  queryKey: [KEY, query, page],
  queryFn: () => bridge.gallery.find({ ...query, offset: page * PAGE_IMAGES, limit: PAGE_IMAGES }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: KEPT_MS,
  // What was read before may have changed while nobody looked.
  refetchOnMount: 'always' as const,
  retry: false,
});

/** The first page of a query, with the counts of all; the page of the query before it while that is read. */
export function useGalleryHead(query: GalleryQuery, isEnabled: boolean) {
  const queries = useQueryClient();
  const version = useGalleryVersion();
  const favourites = useFavourites();
  // A change among images that were not asked for changes nothing here.
  const marks = query.isFavourite ? favourites : null;
  const last = useRef({ version, marks });
  useEffect(() => {
    // Another version or other marks mean other images at the same positions.
    if (last.current.version === version && last.current.marks === marks) return;
    last.current = { version, marks };
    void queries.invalidateQueries({ queryKey: [KEY] });
  }, [queries, version, marks]);
  return useQuery({ ...pageOptions(query, 0), enabled: isEnabled, placeholderData: (before: GalleryPage | undefined) => before });
}

/** The images at the positions from `first` to `last`, as far as they have been read. */
export function useGalleryImages(query: GalleryQuery, first: number, last: number): (index: number) => GalleryImage | undefined {
  const from = Math.floor(Math.max(0, first) / PAGE_IMAGES);
  const to = Math.floor(Math.max(0, last) / PAGE_IMAGES);
  const pages = useMemo(() => Array.from({ length: to - from + 1 }, (_, at) => from + at), [from, to]);
  const found = useQueries({ queries: pages.map((page) => pageOptions(query, page)) });
  return (index) => found[Math.floor(index / PAGE_IMAGES) - from]?.data?.images[index % PAGE_IMAGES];
}
