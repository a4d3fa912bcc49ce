import { Button, TextInput } from '@mantine/core';
import { IconPhoto, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useEffect, useState } from 'react';
import type { Picture } from '../../../shared/capabilities/gallery/contract.ts';
import { type GalleryPage, MAX_SEARCH_CHARS } from '../../../shared/capabilities/gallery/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { bridge } from '../../bridge.ts';
import { forgetDeleted, useDeleted, useGalleryVersion } from '../../stores/images.ts';
import { attempt, say } from '../../stores/notices.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { FIELD_PROBLEMS, indexingWords, skippedWords, TEXT, trashWords } from './text.ts';
import { sizeWords, thumbnailUrl } from './words.ts';

/** So many cross the bridge at once, and so many more are shown by each click. */
const PAGE = 64;

export interface GalleryCardProps {
  readonly onOpen: (picture: Picture) => void;
  /** The id of the picture picked for comparing. */
  readonly picked: string | null;
}

/** Every image that was saved, newest first. */
export const GalleryCard = memo(function GalleryCard({ onOpen, picked }: GalleryCardProps) {
  const version = useGalleryVersion();
  const [search, setSearch] = useState('');
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
  const pictures = distinct(pages ?? []);
  return (
    <Card
      title="Gallery"
      aside={
        <TextInput
          size="xs"
          aria-label="Search the gallery"
          placeholder="Search prompts and models"
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
      {first === undefined ? null : pictures.length > 0 ? (
        <>
          <ul className="play-gallery">
            {pictures.map((picture) => (
              <Thumb key={picture.pictureId} picture={picture} isPicked={picture.pictureId === picked} onOpen={onOpen} />
            ))}
          </ul>
          {gallery.hasNextPage ? (
            <Button size="xs" variant="default" mt="sm" loading={gallery.isFetchingNextPage} onClick={() => void gallery.fetchNextPage()}>
              {TEXT.showMore} of {first.total}
            </Button>
          ) : null}
        </>
      ) : first.indexing === null ? (
        <EmptyState icon={IconPhoto} title={search === '' ? TEXT.galleryEmpty : TEXT.noMatch}>
          Pictures made here are kept on this laptop, each with its parameters inside the PNG.
        </EmptyState>
      ) : null}
      {first === undefined || first.trash.count === 0 ? null : <Trash trash={first.trash} />}
    </Card>
  );
});

/** An image that came in between two pages would stand at the end of one and at the beginning of the next. */
function distinct(pages: readonly GalleryPage[]): readonly Picture[] {
  return [...new Map(pages.flatMap((page) => page.pictures).map((picture) => [picture.pictureId, picture])).values()];
}

/** How far the folder was read, and what in it could not be. */
function FolderState({ page: { indexing, skipped } }: { readonly page: GalleryPage }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {indexing === null ? null : (
        <div className="play-indexing">
          <StatusWord tone="busy" word={indexingWords(indexing)} quiet />
          <progress max={indexing.total} value={indexing.readCount} aria-label="Reading the gallery" />
        </div>
      )}
      {skipped.count === 0 ? null : (
        <div className="play-skipped">
          <StatusWord tone="warning" word={skippedWords(skipped.count)} quiet />
          <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide' : 'Show'}
          </Button>
          {isOpen ? (
            <ul className="ada-mono">
              {skipped.examples.map((words) => (
                <li key={words}>{words}</li>
              ))}
              {skipped.count > skipped.examples.length ? (
                <li>and {skipped.count - skipped.examples.length} more; the log names all</li>
              ) : null}
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
    say('good', TEXT.trashEmptied);
  };
  return (
    <div className="play-trash">
      <span className="ada-quiet play-small">{trashWords(trash)}</span>
      {isAsking ? (
        <>
          <Button size="compact-xs" color="red" onClick={() => attempt(empty)}>
            {TEXT.emptyTrash}
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => setAsking(false)}>
            Cancel
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
  readonly picture: Picture;
  readonly isPicked: boolean;
  readonly onOpen: (picture: Picture) => void;
}

/** A picture does not change: only a new one is drawn. */
const Thumb = memo(
  ThumbButton,
  (before, next) =>
    before.picture.pictureId === next.picture.pictureId && before.isPicked === next.isPicked && before.onOpen === next.onOpen,
);

function ThumbButton({ picture, isPicked, onOpen }: ThumbProps) {
  const { parameters, width, height } = picture;
  const [isMissing, setMissing] = useState(false);
  return (
    <li>
      <button
        type="button"
        className="play-thumb"
        dir="auto"
        data-picked={isPicked || undefined}
        title={`${parameters.prompt}\n${sizeWords(width, height)}, seed ${parameters.seed ?? 'unknown'}${isMissing ? `\n${TEXT.fileMissing}` : ''}`}
        aria-label={`Open image: ${parameters.prompt}`}
        onClick={() => onOpen(picture)}
      >
        {isMissing ? (
          <span className="play-missing">{TEXT.fileMissing}</span>
        ) : (
          <img src={thumbnailUrl(picture)} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setMissing(true)} />
        )}
      </button>
    </li>
  );
}
