import type { TablerIcon } from '@tabler/icons-react';
import { useEffect } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';

/** One entry of the command palette. */
export interface Command {
  readonly id: string;
  /** The heading that it is listed under. */
  readonly group: string;
  readonly title: string;
  /** More words it is found by, between spaces. */
  readonly words?: string;
  /** Works everywhere in the window: `mod` is Ctrl, on macOS Cmd. Example: `mod+1`. */
  readonly shortcut?: string;
  readonly icon?: TablerIcon;
  /** Why it cannot be run now; it is listed all the same. Null or absent: it can. */
  readonly unavailable?: string | null;
  /** Listed only when it matches the query: a unit, a model, an image. */
  readonly isResult?: boolean;
  readonly run: () => void;
}

/** The commands of one group. */
export function inGroup(group: string, commands: readonly Omit<Command, 'group'>[]): readonly Command[] {
  return commands.map((command) => ({ ...command, group }));
}

/** A hook that returns commands; `query` is the text typed in the palette. Called only while the palette is open. */
export type CommandSource = (query: string) => readonly Command[];

const useCommandStore = create<{ readonly sources: Readonly<Record<string, readonly Command[]>> }>(() => ({ sources: {} }));

/** Adds commands to the palette for as long as the component is shown. Pass a memoised list. */
export function useCommands(source: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.setState(({ sources }) => ({ sources: { ...sources, [source]: commands } }));
  }, [source, commands]);
  useEffect(
    () => () => {
      useCommandStore.setState(({ sources }) => {
        const { [source]: _gone, ...rest } = sources;
        return { sources: rest };
      });
    },
    [source],
  );
}

/** The commands of all sources, in the order of `sources`; those of no other source. */
export function useAllCommands(sources: readonly string[]): readonly Command[] {
  return useCommandStore(useShallow((store) => sources.flatMap((source) => store.sources[source] ?? [])));
}

/** `mod+1` in the notation of this keyboard: `Ctrl+1`, on macOS `⌘1`. */
export function describeShortcut(shortcut: string, isMac: boolean): string {
  const parts = shortcut.split('+').map((part) => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'shift') return isMac ? '⇧' : 'Shift';
    return part.length === 1 ? part.toUpperCase() : part;
  });
  return parts.join(isMac ? '' : '+');
}

export const IS_MAC = typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);
