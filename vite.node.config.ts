import { defineConfig } from 'vite';
import { calls, events } from './shared/contract/index.ts';

/**
 * Main, preload and the lab's child process: one CommonJS file each, for Node 20 (the oldest runtime the panel runs on); and the
 * images shim, which runs on a host's own Node: 12, where that is Ubuntu 22.04.
 * TARGET picks one, since a sandboxed preload must be a single file without shared chunks. The main process is three files: the
 * window, the panel that is loaded behind it, and the checks that run without a window. Built as one, the bundler would have the window
 * load all of them for its helpers' sake.
 */
const targets = {
  main: { entry: 'electron/main.ts', outDir: 'out/main', fileName: 'main.cjs' },
  panel: { entry: 'electron/app/panel.ts', outDir: 'out/panel', fileName: 'panel.cjs' },
  checks: { entry: 'electron/checks-program.ts', outDir: 'out/checks', fileName: 'checks.cjs' },
  preload: { entry: 'electron/preload.ts', outDir: 'out/preload', fileName: 'preload.cjs' },
  lab: { entry: 'lab/main.ts', outDir: 'out/lab', fileName: 'lab.cjs' },
  'images-shim': { entry: 'ada2/images-shim/main.ts', outDir: 'out/images-shim', fileName: 'images-shim.cjs' },
} as const;

/** What each bundle holds of others' work; the build makes the third-party notices of it. */
const LICENSES_FILE = 'licenses.json';

const name = (process.env['TARGET'] ?? 'main') as keyof typeof targets;
const target = targets[name];
const isShim = name === 'images-shim';
/** What the window loads when it is wanted: by a require of another bundle. */
const BUNDLES_BEHIND: Readonly<Record<string, string>> = {
  './app/panel.ts': '../panel/panel.cjs',
  './checks-program.ts': '../checks/checks.cjs',
};

export default defineConfig({
  // The preload and the window need only the names; zod stays out of them.
  define: {
    __CALL_NAMES__: JSON.stringify(calls.map((entry) => entry.name)),
    __BUILT_FROM__: JSON.stringify(process.env['BUILT_FROM'] ?? 'by hand'),
    __EVENT_NAMES__: JSON.stringify(events.map((entry) => entry.name)),
  },
  plugins: [
    {
      name: 'bundles-behind-the-window',
      enforce: 'pre',
      resolveId: (source) => {
        const id = BUNDLES_BEHIND[source];
        return id === undefined ? null : { id, external: true };
      },
      generateBundle(_options, bundle) {
        // The window would still open, but later: every module of the others would run before it.
        for (const behind of name === 'main' ? Object.values(BUNDLES_BEHIND) : [])
          if (!Object.values(bundle).some((file) => file.type === 'chunk' && file.dynamicImports.includes(behind)))
            this.error(`electron/main.ts does not import ${behind} by itself, so the window's bundle holds all of it`);
      },
    },
    {
      name: 'names-that-node-12-knows',
      enforce: 'pre',
      resolveId: (source) => (isShim && source.startsWith('node:') ? { id: source.slice('node:'.length), external: true } : null),
    },
  ],
  ssr: { noExternal: true, external: ['electron', 'ssh2', 'node-sqlite3-wasm'] },
  build: {
    ssr: target.entry,
    outDir: target.outDir,
    emptyOutDir: true,
    // Node 12 is ES2019, and by that name also private methods are spelled out, which it does not know.
    target: isShim ? 'es2019' : 'node20',
    minify: false,
    // The shim contains no third-party code.
    license: isShim ? false : { fileName: LICENSES_FILE },
    sourcemap: !isShim,
    rollupOptions: { output: { format: 'cjs', entryFileNames: target.fileName, codeSplitting: false } },
  },
});
