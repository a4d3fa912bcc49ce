import type { TablerIcon } from '@tabler/icons-react';
import { useEffect } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';

/** One action of the command palette. */
export interface Command {
  readonly id: string;
  /** The heading it stands under. */
  readonly group: string;
  readonly title: string;
  /** More words it is found by. */
  readonly words?: readonly string[];
  /** Works everywhere in the window: `mod` is Ctrl, on macOS Cmd. Example: `mod+1`. */
  readonly shortcut?: string;
  readonly icon?: TablerIcon;
  readonly run: () => void;
}

const useCommandStore = create<{ readonly sources: Readonly<Record<string, readonly Command[]>> }>(() => ({ sources: {} }));

/** Adds actions to the palette for as long as the component is shown. Pass a memoised list. */
export function useCommands(source: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.setState(({ sources }) => ({ sources: { ...sources, [source]: commands } }));
    return () => {
      useCommandStore.setState(({ sources }) => {
        const { [source]: _gone, ...rest } = sources;
        return { sources: rest };
      });
    };
  }, [source, commands]);
}

/** Every action that can be taken now. */
export function useAllCommands(): readonly Command[] {
  return useCommandStore(useShallow((store) => Object.values(store.sources).flat()));
}

/** `mod+1` as it is written on this keyboard: `Ctrl+1`, on macOS `⌘1`. */
export function shortcutWords(shortcut: string, isMac: boolean): string {
  const parts = shortcut.split('+').map((part) => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'shift') return isMac ? '⇧' : 'Shift';
    return part.length === 1 ? part.toUpperCase() : part;
  });
  return parts.join(isMac ? '' : '+');
}

export const IS_MAC = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);
