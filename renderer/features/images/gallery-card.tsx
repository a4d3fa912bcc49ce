import './gallery/gallery.css';
import { Button } from '@mantine/core';
import { IconPhoto, IconStar } from '@tabler/icons-react';
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { GalleryImage, GalleryPage, ImageId } from '../../../shared/capabilities/gallery/contract.ts';
import { MAX_SEARCH_CHARS, MAX_SELECTED } from '../../../shared/capabilities/gallery/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { addNotice, attempt } from '../../stores/notices.ts';
import { createPageState } from '../../stores/page-state.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MAX_COMPARED } from './compare/compare-store.ts';
import { ExportDialog } from './gallery/export-dialog.tsx';
import { setFavourite, toggleFavourites, useFavourites } from './gallery/favourites.ts';
import { type GalleryFilters, hasFilters, NO_FILTERS, queryOf } from './gallery/filters.ts';
import { FolderState, Trash } from './gallery/folder-state.tsx';
import { GalleryFilterBar } from './gallery/gallery-filters.tsx';
import { GalleryGrid } from './gallery/gallery-grid.tsx';
import { dragFiles, moveToTrash } from './gallery/image-actions.ts';
import { imageMenu } from './gallery/image-menu.ts';
import { NOTHING_SELECTED, rangeTo, type Selection, toggled, withAll, without } from './gallery/selection.ts';
import { SelectionBar } from './gallery/selection-bar.tsx';
import { describeAllSelected, describeTotal, GALLERY_TEXT } from './gallery/text.ts';
import { useGalleryHead } from './gallery/use-gallery-pages.ts';
import { viewFrom } from './gallery/viewed.ts';

import { TEXT } from './text.ts';

const MAX_DRAGGED_FILES = 200;
const useFilters = createPageState<GalleryFilters>(NO_FILTERS);
const useSelection = createPageState<Selection>(NOTHING_SELECTED);

export interface GalleryCardProps {
  readonly onOpen: (image: GalleryImage) => void;
  /** Starts to compare this image with another one, which is clicked next. */
  readonly onCompare: (image: GalleryImage) => void;
  /** Compares images with each other, at most {@link MAX_COMPARED}. */
  readonly onCompareAll: (images: readonly GalleryImage[]) => void;
  /** The id of the image that waits for a second image to compare. */
  readonly picked: string | null;
}

/** The saved images by day, with filters, selection, trash and scan state. */
export const GalleryCard = memo(function GalleryCard({ onOpen, onCompare, onCompareAll, picked }: GalleryCardProps) {
  const [filters, setFilters] = useFilters();
  const [selection, setSelection] = useSelection();
  const [exported, setExported] = useState<readonly ImageId[] | null>(null);
  const favourites = useFavourites();
  const todayMs = useOfNow((nowMs) => new Date(nowMs).setHours(0, 0, 0, 0));
  const query = useDeferredValue(useMemo(() => queryOf(filters, todayMs), [filters, todayMs]));
  const gallery = useGalleryHead(query, query.search.length <= MAX_SEARCH_CHARS);
  const head = gallery.data ?? null;
  const change = useCallback((part: Partial<GalleryFilters>) => setFilters((before) => ({ ...before, ...part })), [setFilters]);

  const selected = [...selection.ids];
  const areAllFavourites = selected.every((pictureId) => favourites.has(pictureId));
  const addRange = (offset: number, limit: number, anchor: number | null): void =>
    attempt(async () => {
      const ids = await bridge.gallery.ids({ ...query, offset, limit: Math.min(limit, MAX_SELECTED) });
      setSelection((before) => withAll(before, ids, anchor));
    });
  const selectAll = (): void =>
    attempt(async () => {
      const ids = await bridge.gallery.ids({ ...query, offset: 0, limit: MAX_SELECTED });
      setSelection((before) => withAll(before, ids));
      addNotice('info', describeAllSelected(ids.length, head?.total ?? ids.length));
    });
  const clear = (): void => setSelection(NOTHING_SELECTED);
  const trash = (pictureIds: readonly ImageId[]): void =>
    attempt(async () => {
      const moved = await moveToTrash(pictureIds);
      setSelection((before) => without(before, moved));
    });
  /** An action on one of several selected images is meant for all of them. */
  const meantBy = (pictureId: ImageId): readonly ImageId[] => (selection.ids.has(pictureId) ? selected : [pictureId]);
  return (
    <Card
      title={GALLERY_TEXT.title}
      aside={
        <span className="gallery-total ada-quiet" role="status">
          {head === null || head.galleryTotal === 0 ? '' : describeTotal(head.total, head.galleryTotal)}
        </span>
      }
    >
      {selection.ids.size === 0 ? (
        <GalleryFilterBar filters={filters} head={head} onChange={change} />
      ) : (
        <SelectionBar
          count={selection.ids.size}
          areAllFavourites={areAllFavourites}
          onCompare={
            selected.length < 2 || selected.length > MAX_COMPARED
              ? null
              : () => attempt(async () => onCompareAll(await bridge.gallery.images({ pictureIds: selected })))
          }
          onFavourite={() => setFavourite(selected, !areAllFavourites)}
          onExport={() => setExported(selected)}
          onTrash={() => trash(selected)}
          onSelectAll={selectAll}
          onClear={clear}
        />
      )}
      {gallery.error === null ? null : (
        <ErrorNotice
          error={toPanelError(gallery.error)}
          action={
            <Button size="xs" variant="filled" onClick={() => void gallery.refetch()}>
              {TEXT.retry}
            </Button>
          }
        />
      )}
      {head === null ? null : <FolderState page={head} />}
      {head === null ? null : head.total > 0 ? (
        <GalleryGrid
          query={query}
          head={head}
          selection={selection}
          picked={picked}
          onOpen={(image) => {
            viewFrom(query);
            onOpen(image);
          }}
          onSelect={(pictureId, index) => setSelection((before) => toggled(before, pictureId, index))}
          onSelectRange={(index) => {
            const { offset, limit } = rangeTo(selection, index);
            addRange(offset, limit, selection.anchor ?? index);
          }}
          onSelectDay={(offset, count) => addRange(offset, count, offset)}
          onSelectAll={selectAll}
          onClear={clear}
          onDrag={(pictureId) => attempt(() => dragFiles(meantBy(pictureId).slice(0, MAX_DRAGGED_FILES)))}
          onFavourite={({ pictureId }) => toggleFavourites(meantBy(pictureId))}
          onTrash={({ pictureId }) => trash(meantBy(pictureId))}
          menuOf={(image) =>
            imageMenu(image, {
              isFavourite: favourites.has(image.pictureId),
              isUnsaved: false,
              onOpen: () => {
                viewFrom(query);
                onOpen(image);
              },
              onCompare: () => onCompare(image),
              onTrash: () => trash(meantBy(image.pictureId)),
            })
          }
        />
      ) : (
        <Nothing head={head} filters={filters} onClear={() => change({ ...NO_FILTERS, sort: filters.sort })} />
      )}
      {head === null || head.trash.count === 0 ? null : <Trash trash={head.trash} />}
      {exported === null ? null : <ExportDialog pictureIds={exported} onClose={() => setExported(null)} />}
    </Card>
  );
});

interface NothingProps {
  readonly head: GalleryPage;
  readonly filters: GalleryFilters;
  readonly onClear: () => void;
}

/** Why the gallery shows no image. */
function Nothing({ head, filters, onClear }: NothingProps) {
  if (head.indexing !== null && head.galleryTotal === 0) return null;
  if (!hasFilters(filters)) {
    return (
      <EmptyState icon={IconPhoto} title={GALLERY_TEXT.empty}>
        {GALLERY_TEXT.emptyBody}
      </EmptyState>
    );
  }
  const isOnlyFavourites = filters.isFavourite && !hasFilters({ ...filters, isFavourite: false });
  return (
    <EmptyState
      icon={isOnlyFavourites ? IconStar : IconPhoto}
      title={isOnlyFavourites ? GALLERY_TEXT.noFavourites : GALLERY_TEXT.noMatch}
      action={
        <Button size="xs" variant="default" onClick={onClear}>
          {GALLERY_TEXT.clearFilters}
        </Button>
      }
    >
      {isOnlyFavourites ? GALLERY_TEXT.noFavouritesBody : GALLERY_TEXT.noMatchBody}
    </EmptyState>
  );
}
