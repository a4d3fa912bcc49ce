import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { panelError } from '../../../shared/errors.ts';

/** Files that come with the panel and are installed on hosts. Throws shipped-file-missing. */
export interface ShippedFiles {
  /** The program of the images shim, one file for Node. */
  imagesShim(): string;
  /** The unit that runs it. */
  imagesShimUnit(): string;
}

/** Reads them from the folder that the build wrote, once each. */
export function createShippedFiles(folder: string): ShippedFiles {
  const read = new Map<string, string>();
  const text = (name: string): string => {
    const known = read.get(name);
    if (known !== undefined) return known;
    const file = join(folder, name);
    try {
      const found = readFileSync(file, 'utf8');
      read.set(name, found);
      return found;
    } catch {
      throw panelError({
        code: 'shipped-file-missing',
        layer: 'panel',
        message: `A file that comes with Ada Panel is missing: ${name}.`,
        hint: 'Install Ada Panel again.',
        retryable: false,
      });
    }
  };
  return {
    imagesShim: () => text('images-shim.cjs'),
    imagesShimUnit: () => text('invokeai-openai-images-shim.service'),
  };
}
