import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconFoldDown, IconFoldUp, IconTextWrap } from '@tabler/icons-react';
import { setViewOptions, useJournal } from '../../stores/journal/journal.ts';
import { follow } from '../../stores/journal/stream.ts';
import { LEVELS, PRIORITIES, TEXT } from './text.ts';

/** Filters by the level in the text and by the journal's priority. */
export function LogFilters() {
  const level = useJournal((store) => store.options.level);
  const selection = useJournal((store) => store.selection);
  return (
    <>
      <Select
        size="xs"
        w={158}
        aria-label={TEXT.levelLabel}
        data={LEVELS}
        value={level}
        allowDeselect={false}
        onChange={(value) => setViewOptions({ level: LEVELS.find((one) => one.value === value)?.value ?? 'all' })}
      />
      <Tooltip label={TEXT.priorityTip} openDelay={500} multiline w={260}>
        <Select
          size="xs"
          w={158}
          aria-label={TEXT.priorityLabel}
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

/** Toggles for folded tracebacks and wrapped lines. */
export function LayoutToggles({ wrap, onWrap }: { readonly wrap: boolean; readonly onWrap: (wrap: boolean) => void }) {
  const foldAll = useJournal((store) => store.options.foldAll);
  const foldLabel = foldAll ? TEXT.unfoldAll : TEXT.foldAll;
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
      <Tooltip label={TEXT.wrap} openDelay={400}>
        <ActionIcon size="md" variant={wrap ? 'light' : 'default'} aria-label={TEXT.wrap} aria-pressed={wrap} onClick={() => onWrap(!wrap)}>
          <IconTextWrap size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
