import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShippedFiles } from '../../electron/foundation/files/shipped.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What comes with the panel, from the sources and the build of this checkout. */
export const shippedFromCheckout: ShippedFiles = {
  imagesShim: () => readFileSync(join(ROOT, 'out', 'images-shim', 'images-shim.cjs'), 'utf8'),
  imagesShimUnit: () => readFileSync(join(ROOT, 'ada2', 'images-shim', 'invokeai-openai-images-shim.service'), 'utf8'),
};
