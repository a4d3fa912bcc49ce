import type { PreloadApi } from '../shared/contract/index.ts';

declare global {
  interface Window {
    /** The only door to the main process; put there by the preload script. */
    readonly ada: PreloadApi;
  }
}
