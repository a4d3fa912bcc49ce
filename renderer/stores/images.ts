import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ImageParameters, ImageRun, Way } from '../../shared/contract/images.ts';
import { bridge } from '../bridge.ts';

/** A missed push heals within this time. */
const RECONCILE_EVERY_MS = 10_000;
/** The picture that has just come is drawn first, its place in the gallery in a frame of its own. */
const GALLERY_BEHIND_MS = 250;

/** What stands in the form; kept while other pages are looked at. */
export interface Draft {
  readonly prompt: string;
  readonly negativePrompt: string;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly guidance: number;
  /** Empty: any. */
  readonly seed: string;
  readonly model: string | null;
  readonly count: number;
  /** Null: the best that is ready. */
  readonly way: Way | null;
}

interface ImagesStore {
  readonly run: ImageRun | null;
  /** Counts up when the gallery changed. */
  readonly galleryVersion: number;
  readonly draft: Draft;
}

const FIRST_DRAFT: Draft = {
  prompt: '',
  negativePrompt: '',
  width: 1024,
  height: 1024,
  steps: 30,
  guidance: 6,
  seed: '',
  model: null,
  count: 1,
  way: null,
};

const useImagesStore = create<ImagesStore>(() => ({ run: null, galleryVersion: 0, draft: FIRST_DRAFT }));

/** The newest run, also a finished one; null when there was none on this host. */
export function useImageRun(): ImageRun | null {
  return useImagesStore((store) => store.run);
}

/** The newest run without how far it is: for what need not be drawn again with every preview. */
export function useRunHead(): (Pick<ImageRun, 'runId' | 'way'> & { readonly kind: ImageRun['phase']['kind'] }) | null {
  return useImagesStore(useShallow(({ run }) => (run === null ? null : { runId: run.runId, way: run.way, kind: run.phase.kind })));
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
  const { prompt, negativePrompt, width, height, steps, guidance, seed, model } = parameters;
  changeDraft({ prompt, negativePrompt, width, height, steps, guidance, model, seed: o.keepSeed && seed !== null ? String(seed) : '' });
}

/** The form as a request. */
export function parametersOf(draft: Draft): ImageParameters {
  const { way: _way, seed, ...rest } = draft;
  return { ...rest, seed: seed.trim() === '' ? null : Number(seed), scheduler: null };
}

function takeRun(run: ImageRun | null): void {
  useImagesStore.setState({ run });
}

async function read(): Promise<void> {
  try {
    takeRun(await bridge.images.run());
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
