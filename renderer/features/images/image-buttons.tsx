import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import {
  IconArrowsShuffle,
  IconColumns2,
  IconCopy,
  IconDownload,
  IconFiles,
  IconRepeat,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { useUnsaved } from '../../stores/images.ts';
import { attempt } from '../../stores/notices.ts';
import { copyFile, copyImage, moveToTrash } from './gallery/image-actions.ts';
import { saveImageAs } from './save-image.ts';
import { TEXT } from './text.ts';

export interface ImageButtonsProps {
  readonly image: GalleryImage;
  readonly onAgain: (o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: () => void;
  readonly onRemoved?: () => void;
}

/** The actions on one image. */
export function ImageButtons({ image, onAgain, onCompare, onRemoved }: ImageButtonsProps) {
  const remove = async (): Promise<void> => {
    await moveToTrash([image.pictureId]);
    onRemoved?.();
  };
  // An unsaved image has no file to copy or to move to the trash.
  const isUnsaved = useUnsaved().some((unsaved) => unsaved.image.pictureId === image.pictureId);
  return (
    <Group gap={6} className="play-buttons">
      <Action label={TEXT.regenerate} icon={IconRepeat} onClick={() => onAgain({ reuseSeed: true })} />
      <Action label={TEXT.regenerateOther} icon={IconArrowsShuffle} onClick={() => onAgain({ reuseSeed: false })} />
      <Action label={TEXT.compare} icon={IconColumns2} onClick={onCompare} />
      <Action label={TEXT.copyImage} icon={IconCopy} onClick={() => attempt(() => copyImage(image))} />
      {isUnsaved ? null : <Action label={TEXT.copyFile} icon={IconFiles} onClick={() => attempt(() => copyFile(image))} />}
      <Action label={TEXT.saveImage} icon={IconDownload} onClick={() => attempt(() => saveImageAs(image))} />
      {isUnsaved ? null : (
        <Button
          className="play-delete"
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={15} aria-hidden />}
          aria-label={TEXT.deleteImage}
          onClick={() => attempt(remove)}
        >
          {TEXT.delete}
        </Button>
      )}
    </Group>
  );
}

function Action({ label, icon: Icon, onClick }: { readonly label: string; readonly icon: TablerIcon; readonly onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
