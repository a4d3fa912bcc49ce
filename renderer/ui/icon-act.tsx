import { ActionIcon } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import { LateTooltip } from './late-tooltip.tsx';

export interface IconActProps {
  /** The action and its object; also the tooltip. */
  readonly label: string;
  readonly icon: TablerIcon;
  readonly isOff: boolean;
  readonly onClick: () => void;
}

/** A small icon-only button for a row of a list. */
export function IconAct({ label, icon: Icon, isOff, onClick }: IconActProps) {
  return (
    <LateTooltip label={label}>
      <ActionIcon variant="default" size="sm" aria-label={label} disabled={isOff} onClick={onClick}>
        <Icon size={14} aria-hidden />
      </ActionIcon>
    </LateTooltip>
  );
}
