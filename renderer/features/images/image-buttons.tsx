import { Button, Group } from '@mantine/core';
import { IconArrowsShuffle, IconColumns2, IconCopy, IconDownload, IconFiles, IconRepeat, IconTrash } from '@tabler/icons-react';
import type { GalleryImage } from '../../../shared/capabilities/gallery/contract.ts';
import { useUnsaved } from '../../stores/images.ts';
import { attempt } from '../../stores/notices.ts';
import { IconAct } from '../../ui/icon-act.tsx';
import { copyFile, copyImage, moveToTrash } from './gallery/image-actions.ts';
import { GALLERY_TEXT } from './gallery/text.ts';
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
      <IconAct size="md" label={GALLERY_TEXT.regenerate} icon={IconRepeat} onClick={() => onAgain({ reuseSeed: true })} />
      <IconAct size="md" label={GALLERY_TEXT.regenerateOther} icon={IconArrowsShuffle} onClick={() => onAgain({ reuseSeed: false })} />
      <IconAct size="md" label={TEXT.compare} icon={IconColumns2} onClick={onCompare} />
      <IconAct size="md" label={GALLERY_TEXT.copyImage} icon={IconCopy} onClick={() => attempt(() => copyImage(image))} />
      {isUnsaved ? null : (
        <IconAct size="md" label={GALLERY_TEXT.copyFile} icon={IconFiles} onClick={() => attempt(() => copyFile(image))} />
      )}
      <IconAct size="md" label={GALLERY_TEXT.saveAs} icon={IconDownload} onClick={() => attempt(() => saveImageAs(image))} />
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
