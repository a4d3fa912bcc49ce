import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconBraces, IconFoldDown, IconFoldUp, IconTextWrap, type TablerIcon } from '@tabler/icons-react';
import { setViewOptions, useJournal } from '../../stores/journal/journal.ts';
import { LEVELS, TEXT } from './text.ts';

/** The one filter of levels. */
export function LevelFilter() {
  const level = useJournal((store) => store.options.level);
  return (
    <Tooltip label={TEXT.levelTip} openDelay={500} multiline w={260}>
      <Select
        size="xs"
        w={158}
        aria-label={TEXT.levelLabel}
        data={LEVELS}
        value={level}
        allowDeselect={false}
        onChange={(value) => setViewOptions({ level: LEVELS.find((one) => one.value === value)?.value ?? 'all' })}
      />
    </Tooltip>
  );
}

export interface LogLayout {
  /** Long lines are broken. */
  readonly wrap: boolean;
  /** Lines are shown with the prefix of their program. */
  readonly isRaw: boolean;
}

/** Toggles for folded tracebacks, wrapped lines and raw lines. */
export function LayoutToggles({ layout, onLayout }: { readonly layout: LogLayout; readonly onLayout: (layout: LogLayout) => void }) {
  const foldAll = useJournal((store) => store.options.foldAll);
  const foldLabel = foldAll ? TEXT.unfoldAll : TEXT.foldAll;
  return (
    <>
      <Toggle
        label={foldLabel}
        isOn={foldAll}
        onToggle={() => setViewOptions({ foldAll: !foldAll, foldExceptions: new Set() })}
        icon={foldAll ? IconFoldDown : IconFoldUp}
      />
      <Toggle label={TEXT.wrap} isOn={layout.wrap} onToggle={() => onLayout({ ...layout, wrap: !layout.wrap })} icon={IconTextWrap} />
      <Toggle label={TEXT.raw} isOn={layout.isRaw} onToggle={() => onLayout({ ...layout, isRaw: !layout.isRaw })} icon={IconBraces} />
    </>
  );
}

function Toggle({
  label,
  isOn,
  onToggle,
  icon: Icon,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly icon: TablerIcon;
}) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon size="md" variant={isOn ? 'light' : 'default'} aria-label={label} aria-pressed={isOn} onClick={onToggle}>
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
