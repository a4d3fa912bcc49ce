import { type ImageRecipe, paintImage } from '../base/test-images.ts';
import type { SavedImage } from './jobs.ts';

const MAX_DRAWN = 12;

/** ComfyUI's output folder: the recipe of each image, drawn on request. */
export class OutputFolder {
  readonly #saved = new Map<string, ImageRecipe>();
  readonly #drawn = new Map<string, Buffer>();

  /** Keeps an image under the next free number of its prefix. */
  save(prefix: string, recipe: ImageRecipe): SavedImage {
    let count = 1;
    const name = () => `${prefix}_${String(count).padStart(5, '0')}_.png`;
    while (this.#saved.has(name())) count += 1;
    const filename = name();
    this.#saved.set(filename, recipe);
    return { filename, subfolder: '', type: 'output' };
  }

  /** The PNG of a name; null when there is none. */
  image(filename: string): Buffer | null {
    const recipe = this.#saved.get(filename);
    if (recipe === undefined) return null;
    const png = this.#drawn.get(filename) ?? paintImage(recipe);
    this.#drawn.set(filename, png);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MAX_DRAWN && oldest !== undefined) this.#drawn.delete(oldest);
    return png;
  }
}
