import { Button, TextInput } from '@mantine/core';
import { IconPhoto, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useEffect, useRef, useState } from 'react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { type GalleryPage, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { forgetDeleted, useDeleted, useGalleryVersion } from '../../stores/images.ts';
import { addNotice, attempt } from '../../stores/notices.ts';
import { withdrawUndo } from '../../stores/undo.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { thumbnailUrl } from './image-urls.ts';
import {
  describeIndexing,
  describeMoreSkipped,
  describeOpen,
  describeShowMore,
  describeSkipped,
  describeThumbnail,
  describeTrash,
  FIELD_PROBLEMS,
  TEXT,
} from './text.ts';

/** Images fetched in one call, and added by each click on "Show more". */
const PAGE = 64;

export interface GalleryCardProps {
  readonly onOpen: (image: GalleryImage) => void;
  /** The id of the image that waits for a second image to compare. */
  readonly picked: string | null;
}

/** The saved images, newest first, with search, trash and scan state. */
export const GalleryCard = memo(function GalleryCard({ onOpen, picked }: GalleryCardProps) {
  const version = useGalleryVersion();
  const [search, setSearch] = useState('');
  const searchField = useRef<HTMLInputElement>(null);
  usePageIntent({ search: () => searchField.current?.focus() });
  const wanted = useDeferredValue(search);
  const canSearch = wanted.length <= MAX_SEARCH_CHARS;
  const problem = search.length > MAX_SEARCH_CHARS ? FIELD_PROBLEMS.searchTooLong(search.length) : undefined;
  const gallery = useInfiniteQuery({
    queryKey: ['images.gallery', wanted],
    queryFn: ({ pageParam }) => bridge.gallery.find({ search: wanted, offset: pageParam, limit: PAGE }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (pages.length * PAGE < last.total ? pages.length * PAGE : undefined),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: canSearch,
  });
  const { refetch } = gallery;
  useEffect(() => {
    if (version > 0 && canSearch) void refetch();
  }, [version, refetch, canSearch]);
  const pages = gallery.data?.pages;
  const first = pages?.[0];
  const images = distinct(pages ?? []);
  return (
    <Card
      title={TEXT.gallery}
      aside={
        <TextInput
          ref={searchField}
          size="xs"
          aria-label={TEXT.searchGallery}
          placeholder={TEXT.searchExample}
          attributes={{ input: { dir: 'auto' } }}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          error={problem}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      }
    >
      {gallery.error === null ? null : (
        <ErrorNotice
          error={toPanelError(gallery.error)}
          action={
            <Button size="xs" variant="filled" onClick={() => void refetch()}>
              {TEXT.retry}
            </Button>
          }
        />
      )}
      {first === undefined ? null : <FolderState page={first} />}
      {first === undefined ? null : images.length > 0 ? (
        <>
          <ul className="play-gallery">
            {images.map((image) => (
              <Thumb key={image.pictureId} image={image} isPicked={image.pictureId === picked} onOpen={onOpen} />
            ))}
          </ul>
          {gallery.hasNextPage ? (
            <Button size="xs" variant="default" mt="sm" loading={gallery.isFetchingNextPage} onClick={() => void gallery.fetchNextPage()}>
              {describeShowMore(first.total)}
            </Button>
          ) : null}
        </>
      ) : first.indexing === null ? (
        <EmptyState icon={IconPhoto} title={search === '' ? TEXT.galleryEmpty : TEXT.noMatch}>
          {TEXT.galleryEmptyBody}
        </EmptyState>
      ) : null}
      {first === undefined || first.trash.count === 0 ? null : <Trash trash={first.trash} />}
    </Card>
  );
});

/** An image saved between two calls shifts the pages, so that both contain the same image. */
function distinct(pages: readonly GalleryPage[]): readonly GalleryImage[] {
  return [...new Map(pages.flatMap((page) => page.images).map((image) => [image.pictureId, image])).values()];
}

/** Progress of the folder scan, and the files that were skipped. */
function FolderState({ page: { indexing, skipped } }: { readonly page: GalleryPage }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {indexing === null ? null : (
        <div className="play-indexing">
          <StatusWord tone="busy" word={describeIndexing(indexing)} quiet />
          <progress max={indexing.total} value={indexing.readCount} aria-label={TEXT.readingGallery} />
        </div>
      )}
      {skipped.count === 0 ? null : (
        <div className="play-skipped">
          <StatusWord tone="warning" word={describeSkipped(skipped.count)} quiet />
          <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? TEXT.hide : TEXT.show}
          </Button>
          {isOpen ? (
            <ul className="ada-mono">
              {skipped.examples.map((words) => (
                <li key={words}>{words}</li>
              ))}
              {skipped.count > skipped.examples.length ? <li>{describeMoreSkipped(skipped.count - skipped.examples.length)}</li> : null}
            </ul>
          ) : null}
        </div>
      )}
    </>
  );
}

function Trash({ trash }: { readonly trash: GalleryPage['trash'] }) {
  const [isAsking, setAsking] = useState(false);
  const deleted = useDeleted();
  const empty = async (): Promise<void> => {
    setAsking(false);
    await bridge.gallery.emptyTrash();
    forgetDeleted(deleted);
    withdrawUndo('image');
    addNotice('good', TEXT.trashEmptied);
  };
  return (
    <div className="play-trash">
      <span className="ada-quiet play-small">{describeTrash(trash)}</span>
      {isAsking ? (
        <>
          <Button size="compact-xs" color="red" onClick={() => attempt(empty)}>
            {TEXT.emptyTrash}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => setAsking(false)}>
            {TEXT.cancel}
          </Button>
        </>
      ) : (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsking(true)}>
          {TEXT.emptyTrash}…
        </Button>
      )}
    </div>
  );
}

interface ThumbProps {
  readonly image: GalleryImage;
  readonly isPicked: boolean;
  readonly onOpen: (image: GalleryImage) => void;
}

/** A saved image never changes, so a thumbnail is drawn again only for another image. */
const Thumb = memo(
  ThumbButton,
  (before, next) => before.image.pictureId === next.image.pictureId && before.isPicked === next.isPicked && before.onOpen === next.onOpen,
);

function ThumbButton({ image, isPicked, onOpen }: ThumbProps) {
  const { parameters, width, height } = image;
  const [isMissing, setMissing] = useState(false);
  return (
    <li>
      <button
        type="button"
        className="play-thumb"
        dir="auto"
        data-picked={isPicked || undefined}
        title={describeThumbnail({ prompt: parameters.prompt, width, height, seed: parameters.seed, isMissing })}
        aria-label={describeOpen(parameters.prompt)}
        onClick={() => onOpen(image)}
      >
        {isMissing ? (
          <span className="play-missing">{TEXT.fileMissing}</span>
        ) : (
          <img src={thumbnailUrl(image)} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setMissing(true)} />
        )}
      </button>
    </li>
  );
}
