import { getHotkeyHandler } from '@mantine/hooks';
import { useLayoutEffect } from 'react';

/** Opens the palette; one that is still being loaded opens once it is there. */
export async function openPalette(): Promise<void> {
  const { palette } = await import('./palette-store.ts');
  palette.open();
}

async function togglePalette(): Promise<void> {
  const { palette } = await import('./palette-store.ts');
  palette.toggle();
}

/** Ctrl/Cmd+K from the moment that the window is drawn, long before the palette itself is loaded. */
export function usePaletteShortcut(): void {
  useLayoutEffect(() => {
    const onKey = getHotkeyHandler([['mod+K', () => void togglePalette()]]);
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
