import type { Backend } from './backend.ts';

/** One transparent pixel. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** For testing a proxy in front of the shim: every image is one pixel, and readiness reports the stub. */
export function createStub(): Backend {
  return {
    models: async () => [{ name: 'stub', key: 'stub', hash: '', base: 'sdxl', advised: null }],
    readiness: async () => ({
      links: [{ name: 'backend', isOk: false, said: 'SHIM_MODE is stub: every image is one pixel.' }],
      version: null,
    }),
    generate: async (images) => ({ made: images.map(() => ({ png: PIXEL, queueMs: null })), failure: null }),
    close: async () => undefined,
  };
}
