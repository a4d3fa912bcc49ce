import {
  IconArrowsShuffle,
  IconColumns2,
  IconCopy,
  IconDownload,
  IconFiles,
  IconFolder,
  IconForms,
  IconMaximize,
  IconRepeat,
  IconStar,
  IconStarOff,
  IconTextCaption,
  IconTrash,
} from '@tabler/icons-react';
import type { GalleryImage } from '../../../../shared/capabilities/gallery/contract.ts';
import { bridge } from '../../../bridge.ts';
import { attempt } from '../../../stores/notices.ts';
import type { MenuEntry } from '../../../ui/context-menu.ts';
import { saveImageAs } from '../save-image.ts';
import { setFavourite } from './favourites.ts';
import { applyParametersOf, copyFile, copyImage, copyParameters } from './image-actions.ts';
import { GALLERY_TEXT } from './text.ts';

/** What a menu of one image needs to know, and what its place does itself. */
export interface ImageMenuOptions {
  readonly isFavourite: boolean;
  /** Not written to disk: there is no file to show, copy or delete. */
  readonly isUnsaved: boolean;
  readonly onOpen?: () => void;
  readonly onAgain?: (o: { readonly reuseSeed: boolean }) => void;
  readonly onCompare: () => void;
  readonly onTrash: () => void;
  /** After the parameters were put into the form. */
  readonly onUsed?: () => void;
}

/** The actions on one image, as a context menu lists them. */
export function imageMenu(image: GalleryImage, o: ImageMenuOptions): readonly MenuEntry[] {
  const unavailable = o.isUnsaved ? GALLERY_TEXT.notSaved : null;
  const { onOpen, onAgain } = o;
  return [
    ...(onOpen === undefined ? [] : [{ id: 'open', label: GALLERY_TEXT.open, icon: IconMaximize, run: onOpen }]),
    {
      id: 'use',
      label: GALLERY_TEXT.useParameters,
      icon: IconForms,
      run: () => {
        applyParametersOf(image);
        o.onUsed?.();
      },
    },
    ...(onAgain === undefined
      ? []
      : [
          { id: 'again', label: GALLERY_TEXT.regenerate, icon: IconRepeat, run: () => onAgain({ reuseSeed: true }) },
          { id: 'again-other', label: GALLERY_TEXT.regenerateOther, icon: IconArrowsShuffle, run: () => onAgain({ reuseSeed: false }) },
        ]),
    { id: 'compare', label: GALLERY_TEXT.compare, icon: IconColumns2, run: o.onCompare },
    {
      id: 'favourite',
      label: o.isFavourite ? GALLERY_TEXT.removeFavourite : GALLERY_TEXT.addFavourite,
      icon: o.isFavourite ? IconStarOff : IconStar,
      unavailable,
      run: () => setFavourite([image.pictureId], !o.isFavourite),
    },
    { id: 'copy-image', label: GALLERY_TEXT.copyImage, icon: IconCopy, run: () => attempt(() => copyImage(image)) },
    { id: 'copy-file', label: GALLERY_TEXT.copyFile, icon: IconFiles, unavailable, run: () => attempt(() => copyFile(image)) },
    { id: 'copy-parameters', label: GALLERY_TEXT.copyParameters, icon: IconTextCaption, run: () => copyParameters(image) },
    { id: 'save-as', label: GALLERY_TEXT.saveAs, icon: IconDownload, run: () => attempt(() => saveImageAs(image)) },
    {
      id: 'show',
      label: GALLERY_TEXT.showInFolder,
      icon: IconFolder,
      unavailable,
      run: () => attempt(() => bridge.gallery.showInFolder({ pictureId: image.pictureId })),
    },
    { id: 'trash', label: GALLERY_TEXT.trash, icon: IconTrash, unavailable, isDangerous: true, run: o.onTrash },
  ];
}
