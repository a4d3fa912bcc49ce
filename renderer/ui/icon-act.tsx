import { ActionIcon } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import { LateTooltip } from './late-tooltip.tsx';

export interface IconActProps {
  /** The action and its object; also the tooltip. */
  readonly label: string;
  readonly icon: TablerIcon;
  readonly isOff?: boolean;
  /** Of a switch; undefined = it is none. */
  readonly isPressed?: boolean;
  /** `sm` in rows of a list, `md` in bars of actions. */
  readonly size?: 'sm' | 'md';
  readonly onClick: () => void;
}

/** An icon-only button, named by its tooltip. */
export function IconAct({ label, icon: Icon, isOff = false, isPressed, size = 'sm', onClick }: IconActProps) {
  return (
    <LateTooltip label={label}>
      <ActionIcon variant="default" size={size} aria-label={label} aria-pressed={isPressed} disabled={isOff} onClick={onClick}>
        <Icon size={size === 'md' ? 16 : 14} aria-hidden />
      </ActionIcon>
    </LateTooltip>
  );
}
