import { ActionIcon, Button, Select, TextInput, Tooltip } from '@mantine/core';
import { IconSearch, IconStar, IconStarFilled, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import { GALLERY_SORTS, type GalleryPage, MAX_SEARCH_CHARS } from '../../../../shared/capabilities/gallery/contract.ts';
import { formatCount } from '../../../../shared/format.ts';
import { usePageIntent } from '../../../stores/view.ts';
import { FIELD_PROBLEMS } from '../text.ts';
import { type GalleryFilters, hasFilters, NO_FILTERS, type Span } from './filters.ts';
import { GALLERY_TEXT, SORT_TEXT, SPAN_TEXT } from './text.ts';

const ANY = '';
const SPANS = Object.keys(SPAN_TEXT) as readonly Span[];

export interface GalleryFiltersProps {
  readonly filters: GalleryFilters;
  /** Null until the first answer. */
  readonly head: GalleryPage | null;
  readonly onChange: (part: Partial<GalleryFilters>) => void;
}

/** Search, favourites, model, date and order of the gallery. */
export function GalleryFilterBar({ filters, head, onChange }: GalleryFiltersProps) {
  const field = useRef<HTMLInputElement>(null);
  usePageIntent({ search: () => field.current?.focus() });
  const { search, isFavourite, model, span, sort } = filters;
  const models = head?.models ?? [];
  // A model that was chosen stays on the list when its last image is deleted.
  const names = model === null || models.some(({ name }) => name === model) ? models : [...models, { name: model, count: 0 }];
  return (
    <div className="gallery-filters">
      <TextInput
        ref={field}
        size="xs"
        className="gallery-search"
        aria-label={GALLERY_TEXT.search}
        placeholder={GALLERY_TEXT.searchExample}
        attributes={{ input: { dir: 'auto' } }}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        error={search.length > MAX_SEARCH_CHARS ? FIELD_PROBLEMS.searchTooLong(search.length) : undefined}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
      />
      <Tooltip label={GALLERY_TEXT.favouritesOnly}>
        <ActionIcon
          variant={isFavourite ? 'light' : 'default'}
          size={30}
          aria-label={GALLERY_TEXT.favouritesOnly}
          aria-pressed={isFavourite}
          onClick={() => onChange({ isFavourite: !isFavourite })}
        >
          {isFavourite ? <IconStarFilled size={15} aria-hidden /> : <IconStar size={15} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      <Select
        size="xs"
        className="gallery-model"
        aria-label={GALLERY_TEXT.model}
        allowDeselect={false}
        value={model ?? ANY}
        data={[
          { value: ANY, label: GALLERY_TEXT.anyModel },
          ...names.map(({ name, count }) => ({ value: name, label: `${name} (${formatCount(count)})` })),
        ]}
        onChange={(value) => onChange({ model: value === null || value === ANY ? null : value })}
      />
      <Select
        size="xs"
        className="gallery-date"
        aria-label={GALLERY_TEXT.date}
        allowDeselect={false}
        value={span}
        data={SPANS.map((value) => ({ value, label: SPAN_TEXT[value] }))}
        onChange={(value) => onChange({ span: SPANS.find((known) => known === value) ?? 'any' })}
      />
      {span === 'custom'
        ? (['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              size="xs"
              type="date"
              aria-label={GALLERY_TEXT[end]}
              value={filters[end]}
              onChange={(event) => onChange({ [end]: event.currentTarget.value })}
            />
          ))
        : null}
      <Select
        size="xs"
        className="gallery-date"
        aria-label={GALLERY_TEXT.sort}
        allowDeselect={false}
        value={sort}
        data={GALLERY_SORTS.map((value) => ({ value, label: SORT_TEXT[value] }))}
        onChange={(value) => onChange({ sort: GALLERY_SORTS.find((known) => known === value) ?? 'newest' })}
      />
      {hasFilters(filters) ? (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconX size={13} aria-hidden />}
          onClick={() => onChange({ ...NO_FILTERS, sort })}
        >
          {GALLERY_TEXT.clearFilters}
        </Button>
      ) : null}
    </div>
  );
}
