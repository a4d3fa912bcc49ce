import type { ImageBase, PictureRequest } from '../../shared/image-graphs/rules.ts';
import type { Leash } from './backend-http.ts';

/** A model that can make pictures. */
export interface UsableModel {
  /** What a request names; also found by `key`. */
  readonly name: string;
  readonly key: string;
  readonly hash: string;
  readonly base: ImageBase;
  /** What its makers advise; null = nothing is said. */
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

export interface MadePicture {
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
  /** As the backend tells it; null when it cannot be asked. */
  readonly version: unknown;
}

/** What makes the pictures: InvokeAI, ComfyUI, or nothing at all (stub). */
export interface Backend {
  /** Throws ShimError. */
  models(leash: Leash): Promise<readonly UsableModel[]>;
  /** Never rejects for a backend that is down: that is what it tells. */
  readiness(): Promise<Readiness>;
  /** PNG pictures in the order asked. Throws ShimError, ClientGone; what was begun is then cancelled. */
  generate(
    pictures: readonly PictureRequest[],
    model: UsableModel,
    o: { readonly requestId: string; readonly leash: Leash },
  ): Promise<readonly MadePicture[]>;
  /** Resolves when what was begun is cancelled there, after 2 s at the latest. */
  close(): Promise<void>;
}
