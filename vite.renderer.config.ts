import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The modules of the first picture: all that the entry reaches without an import that waits. */
const first = new Set<string>();
const findFirst: Plugin = {
  name: 'first-picture',
  buildEnd() {
    first.clear();
    const waiting = [...this.getModuleIds()].filter((id) => this.getModuleInfo(id)?.isEntry === true);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (first.has(id)) continue;
      first.add(id);
      waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []));
    }
  },
};

/** The window's page: for Chromium 114, the oldest runtime the panel runs on. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), findFirst],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome114',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // One file instead of a dozen parts that pages happen to share: each is a round trip before the first picture.
        codeSplitting: { groups: [{ debugName: 'first picture', name: (id) => (first.has(id) ? 'first' : null) }] },
      },
    },
  },
});
