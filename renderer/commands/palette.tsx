import './palette.css';
import { Kbd } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData, type SpotlightFilterFunction } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { type Command, describeShortcut, IS_MAC, useAllCommands } from './commands.ts';
import { paletteStore } from './palette-store.ts';
import { noteRecent, useRecentCommands } from './recent-commands.ts';
import { searchCommands } from './search-commands.ts';
import { TEXT } from './text.ts';
import { unlessDialogOpen } from './unless-dialog-open.ts';

export interface PaletteProps {
  /** Whose commands are listed, in this order. */
  readonly sources: readonly string[];
  /** Commands whose shortcuts work while the palette is closed, too. */
  readonly shortcuts: readonly Command[];
  /** Renders the commands for the query while the palette is open. */
  readonly children: (query: string) => ReactNode;
}

/** Ctrl/Cmd+K: every command by name, and what the host has by its name. */
export function Palette({ sources, shortcuts, children }: PaletteProps) {
  // While it fades out, its list stays; and it may have been opened before it was loaded.
  const [isShown, setShown] = useState(() => paletteStore.getState().opened);
  const [query, setQuery] = useState('');
  useHotkeys(hotkeysOf(shortcuts.filter(({ shortcut }) => shortcut !== HELP_KEY)), []);
  // A question mark that is typed in a field is text.
  useHotkeys(hotkeysOf(shortcuts.filter(({ shortcut }) => shortcut === HELP_KEY)));
  const commands = useAllCommands(sources);
  const recent = useRecentCommands();
  const actions = useMemo(() => actionsOf(commands, query, recent), [commands, query, recent]);
  return (
    <>
      {isShown ? children(query) : null}
      <Spotlight
        store={paletteStore}
        actions={actions}
        filter={asListed}
        onSpotlightOpen={() => {
          setShown(true);
          // Opened again while it fades out, it still has the previous query.
          setQuery('');
        }}
        query={query}
        onQueryChange={setQuery}
        attributes={{ content: { 'aria-label': TEXT.commands } }}
        shortcut={null}
        nothingFound={commands.length === 0 ? undefined : TEXT.noMatch}
        highlightQuery
        scrollable
        maxHeight="calc(min(420px, 100dvh - 180px))"
        transitionProps={{ duration: 200, transition: 'pop', onExited: () => setShown(false) }}
        searchProps={{
          leftSection: <IconSearch size={18} stroke={1.6} aria-hidden />,
          placeholder: TEXT.searchPlaceholder,
          'aria-label': TEXT.search,
        }}
      />
    </>
  );
}

const HELP_KEY = '?';

function hotkeysOf(commands: readonly Command[]): [string, () => void][] {
  return commands.flatMap(({ shortcut, run }) => {
    if (shortcut === undefined) return [];
    // The character needs Shift on the usual keyboards.
    return [[shortcut === HELP_KEY ? 'shift+?' : shortcut, unlessDialogOpen(run)]];
  });
}

/** The list comes searched: Mantine's own search knows neither words nor ranks. */
const asListed: SpotlightFilterFunction = (_query, actions) => actions;

function actionsOf(commands: readonly Command[], query: string, recent: readonly string[]): SpotlightActionGroupData[] {
  return searchCommands(commands, query, recent).map(({ group, commands: of }) => ({ group, actions: of.map(actionOf) }));
}

function actionOf({ id, title, shortcut, icon: Icon, unavailable = null, run }: Command): SpotlightActionGroupData['actions'][number] {
  const isOff = unavailable !== null;
  return {
    id,
    label: title,
    className: 'ada-command',
    'aria-disabled': isOff || undefined,
    closeSpotlightOnTrigger: !isOff,
    onClick: () => {
      if (isOff) return;
      noteRecent(id);
      run();
    },
    leftSection: Icon === undefined ? undefined : <Icon size={17} stroke={1.6} aria-hidden />,
    rightSection:
      unavailable !== null ? (
        <span className="ada-command-why">{unavailable}</span>
      ) : shortcut === undefined ? undefined : (
        <Kbd size="xs">{describeShortcut(shortcut, IS_MAC)}</Kbd>
      ),
  };
}
