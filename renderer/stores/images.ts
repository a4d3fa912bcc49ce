import { create } from 'zustand';
import type { ImageId, UnsavedImage } from '../../shared/capabilities/gallery/contract.ts';
import type { ImageParameters } from '../../shared/capabilities/images/contract.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';
import { type Draft, draftOf, FIRST_DRAFT } from './draft.ts';
import { createHostStore } from './host-store.ts';
import { readWhenShown } from './reconcile.ts';

export { type Draft, parametersOf } from './draft.ts';

/** A new image is drawn first, its place in the gallery in a later frame. */
const GALLERY_BEHIND_MS = 250;

interface ImagesStore {
  /** Counts up when the gallery changed. */
  readonly galleryVersion: number;
  readonly draft: Draft;
  /** Deleted here and not restored, newest last. */
  readonly deleted: readonly ImageId[];
  readonly unsaved: readonly UnsavedImage[];
}

const useImagesStore = create<ImagesStore>(() => ({
  galleryVersion: 0,
  draft: FIRST_DRAFT,
  deleted: [],
  unsaved: [],
}));

export function useGalleryVersion(): number {
  return useImagesStore((store) => store.galleryVersion);
}

export function useDraft(): Draft {
  return useImagesStore((store) => store.draft);
}

/** The form as it is now, for an undo. */
export function readDraft(): Draft {
  return useImagesStore.getState().draft;
}

export function changeDraft(part: Partial<Draft>): void {
  useImagesStore.setState((store) => ({ draft: { ...store.draft, ...part } }));
}

/** Puts parameters into the form, as after "use again"; a null seed leaves it to chance. */
export function draftFrom(parameters: ImageParameters, o: { readonly reuseSeed: boolean }): void {
  changeDraft({ ...draftOf(parameters), ...(o.reuseSeed ? {} : { seed: '' }) });
}

/** Why the last request was refused; null once another is sent. */
const refusals = createHostStore<{ readonly refusal: PanelError | null }>({ refusal: null });

export function useRefusal(): PanelError | null {
  return refusals.use(({ refusal }) => refusal);
}

export function noteRefusal(hostId: string, thrown: unknown): void {
  refusals.update(hostId, () => ({ refusal: toPanelError(thrown) }));
}

export function clearRefusal(hostId: string): void {
  refusals.update(hostId, () => ({ refusal: null }));
}

export function useDeleted(): readonly ImageId[] {
  return useImagesStore((store) => store.deleted);
}

export function noteDeleted(pictureId: ImageId): void {
  useImagesStore.setState((store) => ({ deleted: [...store.deleted, pictureId] }));
}

export function forgetDeleted(imageIds: readonly ImageId[]): void {
  useImagesStore.setState((store) => ({ deleted: store.deleted.filter((pictureId) => !imageIds.includes(pictureId)) }));
}

export function useUnsaved(): readonly UnsavedImage[] {
  return useImagesStore((store) => store.unsaved);
}

function receiveUnsaved(unsaved: readonly UnsavedImage[]): void {
  useImagesStore.setState({ unsaved });
}

let isBehind = false;
bridge.gallery.onUnsavedChanged(receiveUnsaved);
bridge.gallery.onChanged(() => {
  if (isBehind) return;
  isBehind = true;
  setTimeout(() => {
    isBehind = false;
    useImagesStore.setState((store) => ({ galleryVersion: store.galleryVersion + 1 }));
  }, GALLERY_BEHIND_MS);
});
readWhenShown(async () => receiveUnsaved(await bridge.gallery.unsaved()));
