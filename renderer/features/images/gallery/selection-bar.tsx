import { Button } from '@mantine/core';
import { IconColumns2, IconPackageExport, IconStar, IconStarFilled, IconTrash, IconX } from '@tabler/icons-react';
import { describeSelected, GALLERY_TEXT } from './text.ts';

export interface SelectionBarProps {
  readonly count: number;
  readonly areAllFavourites: boolean;
  /** Null: this number of images cannot be compared. */
  readonly onCompare: (() => void) | null;
  readonly onFavourite: () => void;
  readonly onExport: () => void;
  readonly onTrash: () => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

/** What can be done with the selected images; it takes the place of the filters, so that nothing moves. */
export function SelectionBar(props: SelectionBarProps) {
  const { count, areAllFavourites, onCompare, onFavourite, onExport, onTrash, onSelectAll, onClear } = props;
  return (
    <div className="gallery-filters" role="toolbar" aria-label={describeSelected(count)}>
      <b className="gallery-selected" role="status">
        {describeSelected(count)}
      </b>
      <Button
        size="xs"
        variant={areAllFavourites ? 'light' : 'default'}
        leftSection={areAllFavourites ? <IconStarFilled size={14} aria-hidden /> : <IconStar size={14} aria-hidden />}
        aria-pressed={areAllFavourites}
        onClick={onFavourite}
      >
        {GALLERY_TEXT.favourite}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconColumns2 size={14} aria-hidden />}
        disabled={onCompare === null}
        onClick={() => onCompare?.()}
      >
        {GALLERY_TEXT.compare}
      </Button>
      <Button size="xs" variant="default" leftSection={<IconPackageExport size={14} aria-hidden />} onClick={onExport}>
        {GALLERY_TEXT.exportSelected}
      </Button>
      <Button size="xs" variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={onTrash}>
        {GALLERY_TEXT.trash}
      </Button>
      <span className="gallery-total">
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onSelectAll}>
          {GALLERY_TEXT.selectAll}
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconX size={13} aria-hidden />} onClick={onClear}>
          {GALLERY_TEXT.clearSelection}
        </Button>
      </span>
    </div>
  );
}
