import { Button, TextInput } from '@mantine/core';
import { IconPhoto, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, useDeferredValue, useState } from 'react';
import type { Picture } from '../../../shared/contract/images.ts';
import { bridge } from '../../bridge.ts';
import { useGalleryVersion } from '../../stores/images.ts';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { pictureUrl, sizeWords } from './words.ts';

const PAGE = 48;

export interface GalleryCardProps {
  readonly onOpen: (picture: Picture) => void;
  /** The id of the picture picked for comparing. */
  readonly picked: string | null;
}

/** Every picture that was kept, newest first. */
export const GalleryCard = memo(function GalleryCard({ onOpen, picked }: GalleryCardProps) {
  const version = useGalleryVersion();
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const wanted = useDeferredValue(search);
  const gallery = useQuery({
    queryKey: ['images.gallery', wanted, limit, version],
    queryFn: () => bridge.images.gallery({ search: wanted, offset: 0, limit }),
    placeholderData: keepPreviousData,
  });
  const pictures = gallery.data?.pictures ?? [];
  const total = gallery.data?.total ?? 0;
  return (
    <Card
      title="Gallery"
      aside={
        <TextInput
          size="xs"
          aria-label="Search the gallery"
          placeholder="Search prompts and models"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      }
    >
      {gallery.data === undefined ? null : pictures.length === 0 ? (
        <EmptyState icon={IconPhoto} title={search === '' ? 'No picture is kept yet' : 'No picture matches'}>
          Pictures made here are kept on this laptop, each with its parameters inside the PNG.
        </EmptyState>
      ) : (
        <>
          <ul className="play-gallery">
            {pictures.map((picture) => (
              <Thumb key={picture.pictureId} picture={picture} isPicked={picture.pictureId === picked} onOpen={onOpen} />
            ))}
          </ul>
          {total <= pictures.length ? null : (
            <Button size="xs" variant="default" mt="sm" onClick={() => setLimit(Math.min(500, limit + PAGE))}>
              Show more of {total}
            </Button>
          )}
        </>
      )}
    </Card>
  );
});

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
  return (
    <li>
      <button
        type="button"
        className="play-thumb"
        data-picked={isPicked || undefined}
        title={`${parameters.prompt}\n${sizeWords(width, height)}, seed ${parameters.seed ?? 'not told'}`}
        aria-label={`Open the picture of ${parameters.prompt}`}
        onClick={() => onOpen(picture)}
      >
        <img src={pictureUrl(picture)} alt="" loading="lazy" decoding="async" />
      </button>
    </li>
  );
}
