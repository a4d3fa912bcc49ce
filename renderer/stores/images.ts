import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ImageParameters, ImageRun, ImportedParameters, PictureId, UnsavedImage } from '../../shared/capabilities/images/contract.ts';
import { type PanelError, toPanelError } from '../../shared/errors.ts';
import { bridge } from '../bridge.ts';
import { type Draft, draftOf, FIRST_DRAFT } from './draft.ts';

export { type Draft, parametersOf } from './draft.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 10_000;
/** The picture that has just come is drawn first, its place in the gallery in a frame of its own. */
const GALLERY_BEHIND_MS = 250;

interface ImagesStore {
  readonly run: ImageRun | null;
  /** Counts up when the gallery changed. */
  readonly galleryVersion: number;
  readonly draft: Draft;
  /** Why the last request was refused; null once another is sent. */
  readonly refusal: PanelError | null;
  /** What was last read from an image; null when that was dismissed. */
  readonly imported: ImportedParameters | null;
  /** Deleted here and not restored, newest last. */
  readonly deleted: readonly PictureId[];
  readonly unsaved: readonly UnsavedImage[];
}

const useImagesStore = create<ImagesStore>(() => ({
  run: null,
  galleryVersion: 0,
  draft: FIRST_DRAFT,
  refusal: null,
  imported: null,
  deleted: [],
  unsaved: [],
}));

/** The newest run, also a finished one; null when there was none on this host. */
export function useImageRun(): ImageRun | null {
  return useImagesStore((store) => store.run);
}

/** The newest run without how far it is: for what need not be drawn again with every preview. */
export function useRunHead(): (Pick<ImageRun, 'runId' | 'route'> & { readonly kind: ImageRun['phase']['kind'] }) | null {
  return useImagesStore(useShallow(({ run }) => (run === null ? null : { runId: run.runId, route: run.route, kind: run.phase.kind })));
}

/** Whether a picture is being made at this moment. */
export function isRunningNow(): boolean {
  return useImagesStore.getState().run?.phase.kind === 'running';
}

export function useGalleryVersion(): number {
  return useImagesStore((store) => store.galleryVersion);
}

export function useDraft(): Draft {
  return useImagesStore((store) => store.draft);
}

export function changeDraft(part: Partial<Draft>): void {
  useImagesStore.setState((store) => ({ draft: { ...store.draft, ...part } }));
}

/** Puts parameters into the form, as after "use again"; a null seed leaves it to chance. */
export function draftFrom(parameters: ImageParameters, o: { readonly keepSeed: boolean }): void {
  changeDraft({ ...draftOf(parameters), ...(o.keepSeed ? {} : { seed: '' }) });
}

export function useRefusal(): PanelError | null {
  return useImagesStore((store) => store.refusal);
}

export function noteRefusal(thrown: unknown): void {
  useImagesStore.setState({ refusal: toPanelError(thrown) });
}

export function clearRefusal(): void {
  useImagesStore.setState({ refusal: null });
}

export function useImported(): ImportedParameters | null {
  return useImagesStore((store) => store.imported);
}

/** Fills the form with what an image says; null dismisses what was said about it. */
export function takeImported(imported: ImportedParameters | null): void {
  useImagesStore.setState({ imported });
  if (imported !== null) changeDraft(draftOf(imported.parameters));
}

export function useDeleted(): readonly PictureId[] {
  return useImagesStore((store) => store.deleted);
}

export function noteDeleted(pictureId: PictureId): void {
  useImagesStore.setState((store) => ({ deleted: [...store.deleted, pictureId] }));
}

export function forgetDeleted(pictureIds: readonly PictureId[]): void {
  useImagesStore.setState((store) => ({ deleted: store.deleted.filter((pictureId) => !pictureIds.includes(pictureId)) }));
}

export function useUnsaved(): readonly UnsavedImage[] {
  return useImagesStore((store) => store.unsaved);
}

function takeUnsaved(unsaved: readonly UnsavedImage[]): void {
  useImagesStore.setState({ unsaved });
}

function takeRun(run: ImageRun | null): void {
  useImagesStore.setState({ run });
}

async function read(): Promise<void> {
  try {
    takeRun(await bridge.images.run());
    takeUnsaved(await bridge.images.unsaved());
  } catch {
    // The next round asks again; a push may come before it.
  }
}

/** Takes the run that a call answered with. */
export function noteRun(run: ImageRun): void {
  takeRun(run);
}

/** Subscribes to the pushes and reconciles slowly; returns what ends it. Call once at start. */
export function startImagesStore(): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  const stops = [
    bridge.images.onRunChanged(takeRun),
    bridge.images.onUnsavedChanged(takeUnsaved),
    bridge.images.onGalleryChanged(() => {
      later ??= setTimeout(() => {
        later = undefined;
        useImagesStore.setState((store) => ({ galleryVersion: store.galleryVersion + 1 }));
      }, GALLERY_BEHIND_MS);
    }),
  ];
  void read();
  const timer = setInterval(() => void read(), RECONCILE_EVERY_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(later);
    for (const stop of stops) stop();
  };
}
