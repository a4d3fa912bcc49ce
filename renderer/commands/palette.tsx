import { Kbd } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { type Command, IS_MAC, shortcutWords, useAllCommands } from './commands.ts';
import { unlessAsked } from './unless-dialog-open.ts';

function grouped(commands: readonly Command[]): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>();
  for (const { id, group, title, words, shortcut, icon: Icon, run } of commands) {
    const entry = groups.get(group) ?? { group, actions: [] };
    groups.set(group, entry);
    entry.actions.push({
      id,
      label: title,
      onClick: run,
      // "go to gpu" is typed as it is read.
      keywords: [`${group} ${title}`, ...(words ?? [])],
      leftSection: Icon === undefined ? undefined : <Icon size={17} stroke={1.6} aria-hidden />,
      rightSection: shortcut === undefined ? undefined : <Kbd size="xs">{shortcutWords(shortcut, IS_MAC)}</Kbd>,
    });
  }
  return [...groups.values()];
}

/** Ctrl/Cmd+K: every action by name, and the shortcuts of those that have one. */
export function Palette() {
  const commands = useAllCommands();
  const actions = useMemo(() => grouped(commands), [commands]);
  useHotkeys(
    commands.flatMap(({ shortcut, run }) => (shortcut === undefined ? [] : [[shortcut, unlessAsked(run)] as [string, () => void]])),
    [],
  );
  return (
    <Spotlight
      actions={actions}
      attributes={{ content: { 'aria-label': 'Do anything' } }}
      shortcut="mod + K"
      tagsToIgnore={[]}
      nothingFound="No action of that name"
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} aria-hidden />,
        placeholder: 'Do anything…',
        'aria-label': 'Search actions',
      }}
    />
  );
}
