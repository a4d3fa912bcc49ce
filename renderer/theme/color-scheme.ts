import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';

const KEY = 'color-scheme';

function savedScheme(): MantineColorScheme | null {
  const saved = localStorage.getItem(KEY);
  return saved === 'auto' || saved === 'light' || saved === 'dark' ? saved : null;
}

/**
 * The colours of the first paint: those of the settings where they came with the page (`known`), else those of the last window.
 * The first access to local storage blocks the page, so it is avoided at a start with settings.
 */
export function createColorSchemes(known: MantineColorScheme | null): MantineColorSchemeManager {
  let current = known;
  return {
    get: (fallback) => {
      current ??= savedScheme();
      return current ?? fallback;
    },
    set: (scheme) => {
      if (scheme === current) return;
      current = scheme;
      localStorage.setItem(KEY, scheme);
    },
    // The settings change the colours; no other window writes the copy.
    subscribe: () => {},
    unsubscribe: () => {},
    clear: () => localStorage.removeItem(KEY),
  };
}
