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
import { bridge } from '../../bridge.ts';
import { forgetDeleted, noteDeleted, useUnsaved } from '../../stores/images.ts';
import { addNotice, attempt } from '../../stores/notices.ts';
import { offerUndo } from '../../stores/undo.ts';
import { imageUrl } from './image-urls.ts';
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
    const { pictureId } = image;
    await bridge.gallery.remove({ pictureId });
    offerUndo({
      kind: 'image',
      message: TEXT.deleted,
      undone: TEXT.restored,
      undo: async () => {
        await bridge.gallery.restore({ pictureId });
        forgetDeleted([pictureId]);
      },
    });
    noteDeleted(pictureId);
    onRemoved?.();
  };
  const copyFile = async (): Promise<void> => {
    await bridge.gallery.copyFile({ pictureId: image.pictureId });
    addNotice('good', TEXT.fileCopied);
  };
  // An unsaved image has no file to copy or to move to the trash.
  const isUnsaved = useUnsaved().some((unsaved) => unsaved.image.pictureId === image.pictureId);
  return (
    <Group gap={6} className="play-buttons">
      <Action label={TEXT.regenerate} icon={IconRepeat} onClick={() => onAgain({ reuseSeed: true })} />
      <Action label={TEXT.regenerateOther} icon={IconArrowsShuffle} onClick={() => onAgain({ reuseSeed: false })} />
      <Action label={TEXT.compare} icon={IconColumns2} onClick={onCompare} />
      <Action label={TEXT.copyImage} icon={IconCopy} onClick={() => attempt(() => copyImage(image))} />
      {isUnsaved ? null : <Action label={TEXT.copyFile} icon={IconFiles} onClick={() => attempt(copyFile)} />}
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

async function copyImage(image: GalleryImage): Promise<void> {
  const blob = await (await fetch(imageUrl(image))).blob();
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  addNotice('good', TEXT.imageCopied);
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
