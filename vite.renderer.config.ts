import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window's page: for Chromium 114, the oldest runtime the panel runs on. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome114',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
  },
});
