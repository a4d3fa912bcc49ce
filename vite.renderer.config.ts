import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * The modules of the first paint: all that the entry reaches without an import that waits. A package that hands out
 * everything through one index counts with what is named there only, or the parts of all pages would be in it.
 */
const first = new Set<string>();
const findFirst: Plugin = {
  name: 'first-paint',
  buildEnd() {
    first.clear();
    const waiting = [...this.getModuleIds()].filter((id) => this.getModuleInfo(id)?.isEntry === true);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (first.has(id)) continue;
      first.add(id);
      const module = this.getModuleInfo(id);
      for (const next of module?.importedIds ?? [])
        waiting.push(...(INDEX.test(next) ? partsOf(this.getModuleInfo(next), module?.code) : [next]));
    }
  },
};
const INDEX = /@mantine\/core\/esm\/index\.mjs$/;

/** The modules of an index that are imported by name in `code`, each in a file of its name. */
function partsOf(index: { readonly importedIds: readonly string[] } | null, code: string | null | undefined): string[] {
  const names = new Set(
    [...(code ?? '').matchAll(/import\s*\{([^}]*)\}\s*from\s*["']@mantine\/core["']/g)].flatMap(
      ([, list]) => (list ?? '').match(/\w+/g) ?? [],
    ),
  );
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return (index?.importedIds ?? []).filter((id) =>
    [...names].some((name) => id.endsWith(`/${name}.mjs`) || id.endsWith(`/${kebab(name)}.mjs`)),
  );
}

/** The window's page: for Chromium 130, the oldest runtime the panel runs on. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), findFirst],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    license: { fileName: 'licenses.json' },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        // One file instead of a dozen parts that pages happen to share: each is a round trip before the first paint.
        codeSplitting: { groups: [{ debugName: 'first paint', name: (id) => (first.has(id) ? 'first' : null) }] },
      },
    },
  },
});
