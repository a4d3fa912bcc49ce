import { defineConfig } from 'vite';
import { calls, events } from './shared/contract/index.ts';

/**
 * Main, preload and the lab's child process: one CommonJS file each, for Node 18 (the oldest runtime the panel runs on).
 * TARGET picks one, since a sandboxed preload must be a single file without shared chunks.
 */
const targets = {
  main: { entry: 'electron/main.ts', outDir: 'out/main', fileName: 'main.cjs' },
  preload: { entry: 'electron/preload.ts', outDir: 'out/preload', fileName: 'preload.cjs' },
  lab: { entry: 'lab/main.ts', outDir: 'out/lab', fileName: 'lab.cjs' },
} as const;

const target = targets[(process.env['TARGET'] ?? 'main') as keyof typeof targets];

export default defineConfig({
  // The preload needs only the names; zod stays out of it.
  define: {
    __CALL_NAMES__: JSON.stringify(calls.map((entry) => entry.name)),
    __EVENT_NAMES__: JSON.stringify(events.map((entry) => entry.name)),
  },
  ssr: { noExternal: true, external: ['electron', 'ssh2', 'node-sqlite3-wasm'] },
  build: {
    ssr: target.entry,
    outDir: target.outDir,
    emptyOutDir: true,
    target: 'node18',
    minify: false,
    sourcemap: true,
    rollupOptions: { output: { format: 'cjs', entryFileNames: target.fileName, codeSplitting: false } },
  },
});
