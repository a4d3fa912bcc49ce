import { encodePng } from '../base/png.ts';
import { type ImageRecipe, paintImage } from '../base/test-images.ts';
import { stampOf } from './context.ts';

const MAX_DRAWN = 24;
const MAX_RECORDS = 1000;
const THUMBNAIL_SIDE = 256;

interface ImageRecord {
  readonly name: string;
  readonly recipe: ImageRecipe;
  /** False: an empty one, of no model. */
  readonly isDrawn: boolean;
  readonly isIntermediate: boolean;
  readonly sessionId: string;
  readonly nodeId: string;
  readonly createdMs: number;
}

/** The gallery: the recipes of all generated images. An image is drawn on request. */
export class Images {
  readonly #records = new Map<string, ImageRecord>();
  readonly #drawn = new Map<string, Buffer>();

  add(record: ImageRecord): void {
    this.#records.set(record.name, record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > MAX_RECORDS && oldest !== undefined) this.remove(oldest);
  }

  get(name: string): ImageRecord | null {
    return this.#records.get(name) ?? null;
  }

  /** Newest first. */
  list(): readonly ImageRecord[] {
    return [...this.#records.values()].reverse();
  }

  remove(name: string): boolean {
    this.#drawn.delete(name);
    return this.#records.delete(name);
  }

  full(record: ImageRecord): Buffer {
    const { recipe } = record;
    return this.#draw(record.name, () =>
      record.isDrawn ? paintImage(recipe) : encodePng(recipe.width, recipe.height, new Uint8Array(recipe.width * recipe.height * 3)),
    );
  }

  thumbnail(record: ImageRecord): Buffer {
    const { recipe } = record;
    const scale = THUMBNAIL_SIDE / Math.max(recipe.width, recipe.height);
    const small = {
      ...recipe,
      width: Math.max(1, Math.round(recipe.width * scale)),
      height: Math.max(1, Math.round(recipe.height * scale)),
    };
    return this.#draw(`${record.name} small`, () => paintImage(small));
  }

  #draw(name: string, draw: () => Buffer): Buffer {
    const known = this.#drawn.get(name);
    if (known !== undefined) return known;
    const png = draw();
    this.#drawn.set(name, png);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MAX_DRAWN && oldest !== undefined) this.#drawn.delete(oldest);
    return png;
  }
}

export function describeImage(record: ImageRecord): Readonly<Record<string, unknown>> {
  return {
    image_name: record.name,
    image_url: `api/v1/images/i/${record.name}/full`,
    thumbnail_url: `api/v1/images/i/${record.name}/thumbnail`,
    image_origin: 'internal',
    image_category: 'general',
    width: record.recipe.width,
    height: record.recipe.height,
    created_at: stampOf(record.createdMs),
    updated_at: stampOf(record.createdMs),
    deleted_at: null,
    is_intermediate: record.isIntermediate,
    session_id: record.sessionId,
    node_id: record.nodeId,
    starred: false,
    has_workflow: false,
    image_subfolder: '',
    board_id: null,
  };
}
