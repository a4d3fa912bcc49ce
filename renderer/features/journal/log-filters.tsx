import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconFoldDown, IconFoldUp, IconTextWrap } from '@tabler/icons-react';
import { setViewOptions, useJournal } from '../../stores/journal/journal.ts';
import type { Level } from '../../stores/journal/log-view.ts';
import { follow } from '../../stores/journal/stream.ts';

const LEVELS: readonly { readonly value: Level; readonly label: string }[] = [
  { value: 'all', label: 'All levels' },
  { value: 'info', label: 'Info and worse' },
  { value: 'warning', label: 'Warnings and worse' },
  { value: 'error', label: 'Errors only' },
];

const PRIORITIES = [
  { value: '7', label: 'Any priority' },
  { value: '5', label: 'Notice (5) and worse' },
  { value: '4', label: 'Warning (4) and worse' },
  { value: '3', label: 'Error (3) and worse' },
] as const;

/** Which lines: by what their text says, and by the priority the journal gave them. */
export function LogFilters() {
  const level = useJournal((store) => store.options.level);
  const selection = useJournal((store) => store.selection);
  return (
    <>
      <Select
        size="xs"
        w={158}
        aria-label="Level, as the text says it"
        data={LEVELS}
        value={level}
        allowDeselect={false}
        onChange={(value) => setViewOptions({ level: LEVELS.find((one) => one.value === value)?.value ?? 'all' })}
      />
      <Tooltip label="The journal's own priority. What a service prints is mostly 6, whatever it says." openDelay={500} multiline w={260}>
        <Select
          size="xs"
          w={158}
          aria-label="Journal priority"
          data={PRIORITIES}
          value={String(selection?.maxPriority ?? 7)}
          allowDeselect={false}
          disabled={selection === null}
          onChange={(value) => {
            if (selection !== null) follow({ ...selection, maxPriority: value === '7' || value === null ? null : Number(value) });
          }}
        />
      </Tooltip>
    </>
  );
}

/** How the lines are laid out. */
export function LayoutToggles({ wrap, onWrap }: { readonly wrap: boolean; readonly onWrap: (wrap: boolean) => void }) {
  const foldAll = useJournal((store) => store.options.foldAll);
  const foldLabel = foldAll ? 'Unfold all tracebacks' : 'Fold all tracebacks';
  return (
    <>
      <Tooltip label={foldLabel} openDelay={400}>
        <ActionIcon
          size="md"
          variant={foldAll ? 'light' : 'default'}
          aria-label={foldLabel}
          aria-pressed={foldAll}
          onClick={() => setViewOptions({ foldAll: !foldAll, foldExceptions: new Set() })}
        >
          {foldAll ? <IconFoldDown size={15} /> : <IconFoldUp size={15} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Wrap long lines" openDelay={400}>
        <ActionIcon
          size="md"
          variant={wrap ? 'light' : 'default'}
          aria-label="Wrap long lines"
          aria-pressed={wrap}
          onClick={() => onWrap(!wrap)}
        >
          <IconTextWrap size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
