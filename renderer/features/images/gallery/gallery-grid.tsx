import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { GalleryImage, GalleryPage, GalleryQuery, ImageId } from '../../../../shared/capabilities/gallery/contract.ts';
import { useOfNow } from '../../../ui/clock.ts';
import { useFavourites } from './favourites.ts';
import { GalleryTile, type TileActions } from './gallery-tile.tsx';
import { columnsFor, DAY_PX, GAP_PX, type GridRow, gridRows, neighbour, rowOf, tilePx } from './layout.ts';
import type { Selection } from './selection.ts';
import { describeDay, describeTotal, GALLERY_TEXT } from './text.ts';
import { useGalleryImages } from './use-gallery-pages.ts';
import { pageScroller, useGridPlace } from './use-grid-place.ts';
import { useViewed } from './viewed.ts';

/** Rows drawn beyond those in sight, on either side. */
const OVERSCAN_ROWS = 3;

export interface GalleryGridProps extends Pick<TileActions, 'onOpen' | 'onDrag' | 'menuOf'> {
  readonly query: GalleryQuery;
  readonly head: GalleryPage;
  readonly selection: Selection;
  readonly picked: string | null;
  readonly onSelect: (pictureId: ImageId, index: number) => void;
  readonly onSelectRange: (index: number) => void;
  readonly onSelectDay: (offset: number, count: number) => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
  readonly onFavourite: (image: GalleryImage) => void;
  readonly onTrash: (image: GalleryImage) => void;
}

/** All images of a query in rows under their days; only those near the visible part exist. */
export function GalleryGrid(props: GalleryGridProps) {
  const { query, head, selection, picked } = props;
  const grid = useRef<HTMLDivElement>(null);
  const { widthPx, topPx } = useGridPlace(grid);
  const [active, setActive] = useState(0);
  const favourites = useFavourites();
  const todayMs = useOfNow((nowMs) => new Date(nowMs).setHours(0, 0, 0, 0));
  const columns = columnsFor(widthPx);
  const side = tilePx(widthPx, columns);
  const rows = useMemo(() => gridRows(head.total, head.days, columns), [head.total, head.days, columns]);
  const virtualizer = useVirtualizer({
    count: widthPx === 0 ? 0 : rows.length,
    getScrollElement: pageScroller,
    estimateSize: (at) => (rows[at]?.kind === 'day' ? DAY_PX : side + GAP_PX),
    overscan: OVERSCAN_ROWS,
    scrollMargin: topPx,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows or another width mean other heights
  useEffect(() => virtualizer.measure(), [virtualizer, rows, side]);
  const items = virtualizer.getVirtualItems();
  const firstRow = rows[items[0]?.index ?? 0];
  const lastRow = rows[items.at(-1)?.index ?? 0];
  const [first, last] = [firstRow?.offset ?? 0, (lastRow?.offset ?? 0) + (lastRow?.count ?? 1) - 1];
  const imageAt = useGalleryImages(query, first, last);
  // The Tab key reaches a tile that exists.
  const tabbable = active >= first && active <= last ? active : first;

  const focusTile = useCallback(
    (index: number): void => {
      setActive(index);
      const focus = (triesLeft: number): void => {
        const tile = grid.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
        if (tile !== null && tile !== undefined) {
          tile.focus({ preventScroll: true });
          tile.scrollIntoView({ block: 'nearest' });
        } else if (triesLeft > 0) requestAnimationFrame(() => focus(triesLeft - 1));
      };
      if (grid.current?.querySelector(`[data-index="${index}"]`) === null)
        virtualizer.scrollToIndex(rowOf(rows, index), { align: 'center' });
      focus(30);
    },
    [rows, virtualizer],
  );
  useViewed(query, focusTile);
  const focused = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other columns are other rows, whose tiles are made anew
  useEffect(() => {
    if (focused.current !== null && document.activeElement === document.body) focusTile(focused.current);
  }, [columns]);

  // The tiles keep one object of actions; it reads what is current when it is used.
  const current = useRef(props);
  current.current = props;
  const [actions] = useState<TileActions>(() => ({
    onOpen: (image, index) => current.current.onOpen(image, index),
    onSelect: (pictureId, index, isRange) => (isRange ? current.current.onSelectRange(index) : current.current.onSelect(pictureId, index)),
    onFocus: (index) => {
      focused.current = index;
      setActive(index);
    },
    onDrag: (pictureId) => current.current.onDrag(pictureId),
    menuOf: (image, index) => current.current.menuOf(image, index),
  }));

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const index = Number((event.target as HTMLElement).dataset['index'] ?? Number.NaN);
    if (Number.isNaN(index)) return;
    const image = imageAt(index);
    const isMod = event.ctrlKey || event.metaKey;
    const to = isMod || event.altKey ? null : neighbour(rows, index, event.key);
    if (to !== null) {
      if (event.shiftKey) {
        if (selection.anchor === null && image !== undefined) props.onSelect(image.pictureId, index);
        props.onSelectRange(to);
      }
      focusTile(to);
    } else if (isMod && event.key.toLowerCase() === 'a') props.onSelectAll();
    else if (isMod || event.altKey) return;
    else if (event.key === ' ' && image !== undefined) {
      if (event.shiftKey) props.onSelectRange(index);
      else props.onSelect(image.pictureId, index);
    } else if (event.key.toLowerCase() === 'f' && image !== undefined) props.onFavourite(image);
    else if (event.key === 'Delete' && image !== undefined) props.onTrash(image);
    else if (event.key === 'Escape' && selection.ids.size > 0) props.onClear();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the tiles in it
    <div
      ref={grid}
      className="play-gallery"
      style={{ height: virtualizer.getTotalSize() }}
      onKeyDown={onKeyDown}
      onBlur={({ relatedTarget }) => {
        // A tile that is taken away loses the focus to nothing.
        if (relatedTarget !== null) focused.current = null;
      }}
    >
      {items.map((item) => {
        const row = rows[item.index];
        if (row === undefined) return null;
        const place = { transform: `translateY(${item.start - topPx}px)` };
        if (row.kind === 'day') {
          return (
            <DayRow key={`day-${row.day}`} row={row} title={describeDay(row.day, todayMs)} place={place} onSelect={props.onSelectDay} />
          );
        }
        return (
          <ul key={row.offset} className="gallery-row" style={{ ...place, gridTemplateColumns: `repeat(${columns}, ${side}px)` }}>
            {Array.from({ length: row.count }, (_, at) => {
              const index = row.offset + at;
              const image = imageAt(index);
              if (image === undefined) return <li key={`at-${index}`} className="gallery-tile gallery-unread" aria-hidden />;
              return (
                <GalleryTile
                  // Two pages that were read at different times may hold the same image.
                  key={`${image.pictureId}-${imageAt(index - 1)?.pictureId === image.pictureId ? index : ''}`}
                  image={image}
                  index={index}
                  isSelected={selection.ids.has(image.pictureId)}
                  isSelecting={selection.ids.size > 0}
                  isFavourite={favourites.has(image.pictureId)}
                  isActive={index === tabbable}
                  isPicked={image.pictureId === picked}
                  actions={actions}
                />
              );
            })}
          </ul>
        );
      })}
    </div>
  );
}

interface DayRowProps {
  readonly row: Extract<GridRow, { kind: 'day' }>;
  readonly title: string;
  readonly place: { readonly transform: string };
  readonly onSelect: (offset: number, count: number) => void;
}

function DayRow({ row: { offset, count }, title, place, onSelect }: DayRowProps) {
  return (
    <div className="gallery-day" style={place}>
      <h3>{title}</h3>
      <span className="ada-quiet">{describeTotal(count, count)}</span>
      <button type="button" className="gallery-select-day" onClick={() => onSelect(offset, count)}>
        {GALLERY_TEXT.selectDay}
      </button>
    </div>
  );
}
