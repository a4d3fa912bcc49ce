import type { ImageBase, ImageGraphRequest } from '../../shared/image-graphs/rules.ts';
import type { CancelSignal } from './backend-http.ts';
import { ClientDisconnected, type ShimError, toShimError } from './errors.ts';
import type { Preview } from './stream-answer.ts';

/** A model that can make images. */
export interface UsableModel {
  /** What a request names; also found by `key`. */
  readonly name: string;
  readonly key: string;
  readonly hash: string;
  readonly base: ImageBase;
  /** The settings that its makers advise; null = none given. */
  readonly advised: Advised | null;
}

/** Null = not advised. */
export interface Advised {
  readonly width: number | null;
  readonly height: number | null;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly scheduler: string | null;
}

export interface GeneratedImage {
  readonly png: Buffer;
  /** Between being enqueued and being begun; null when the backend does not say. */
  readonly queueMs: number | null;
}

/** A link of the chain that readiness hangs on. */
export interface Link {
  readonly name: 'backend' | 'queue' | 'model' | 'gpu';
  readonly isOk: boolean;
  readonly said: string;
}

export interface Readiness {
  readonly links: readonly Link[];
  /** As the backend reports it; null when it cannot be queried. */
  readonly version: unknown;
}

/** What makes the images: InvokeAI, ComfyUI, or nothing at all (stub). */
export interface Backend {
  /** Throws ShimError. */
  models(signal: CancelSignal): Promise<readonly UsableModel[]>;
  /** Never rejects for a backend that is down: that is one of its results. */
  readiness(): Promise<Readiness>;
  /**
   * PNG images in the order asked. When one fails after others were made, `made` ends there and `failure` says why. Throws
   * ShimError where no image was generated, and ClientDisconnected; started jobs are then cancelled.
   */
  generate(
    images: readonly ImageGraphRequest[],
    model: UsableModel,
    o: { readonly requestId: string; readonly signal: CancelSignal; readonly onPreview?: (index: number, preview: Preview) => void },
  ): Promise<{ readonly made: readonly GeneratedImage[]; readonly failure: ShimError | null }>;
  /** Resolves when started jobs are cancelled in the backend, after 2 s at the latest. */
  close(): Promise<void>;
}

/** Makes one image after the other; the first failure ends it, and is thrown only where nothing was made before. */
export async function inOrder<Job>(
  jobs: readonly Job[],
  make: (job: Job, index: number) => Promise<GeneratedImage>,
): Promise<{ readonly made: readonly GeneratedImage[]; readonly failure: ShimError | null }> {
  const made: GeneratedImage[] = [];
  for (const [index, job] of jobs.entries()) {
    try {
      made.push(await make(job, index));
    } catch (thrown) {
      if (made.length === 0 || thrown instanceof ClientDisconnected) throw thrown;
      return { made, failure: toShimError(thrown) };
    }
  }
  return { made, failure: null };
}
