import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconFileText,
  IconPinnedOff,
  IconPlayerPlay,
  IconPlayerStop,
  IconPower,
  IconRefresh,
  IconRestore,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ServiceUnit, Verb } from '../../../shared/capabilities/services/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { setPage } from '../../stores/view.ts';
import { describeMore, TEXT, VERB_TEXT } from './text.ts';
import { offers } from './verbs.ts';

export interface UnitButtonsProps {
  readonly unit: ServiceUnit;
  /** The verb in progress; its button shows it. */
  readonly busyVerb: Verb | null;
  /** The host is not connected. */
  readonly isDisabled: boolean;
  /** The rows are in the operator's own order, so that moving one shows. */
  readonly canMove: boolean;
  readonly onVerb: (verb: Verb) => void;
  readonly onUnpin: () => void;
  readonly onMove: (by: -1 | 1) => void;
}

const SHOWN: readonly { readonly verb: Verb; readonly icon: ReactNode }[] = [
  { verb: 'start', icon: <IconPlayerPlay size={15} /> },
  { verb: 'stop', icon: <IconPlayerStop size={15} /> },
  { verb: 'restart', icon: <IconRefresh size={15} /> },
];

/** Buttons for start, stop and restart, and a menu for the rest. */
export function UnitButtons({ unit, busyVerb, isDisabled, canMove, onVerb, onUnpin, onMove }: UnitButtonsProps) {
  const name = shortUnitName(unit.name);
  // A start may hang, so a stop is possible meanwhile.
  const isFree = (verb: Verb) => busyVerb === null || (verb === 'stop' && (busyVerb === 'start' || busyVerb === 'restart'));
  const can = (verb: Verb) => !isDisabled && isFree(verb) && offers(unit, verb);
  const item = (verb: Verb, icon: ReactNode) => (
    <Menu.Item leftSection={icon} disabled={!can(verb)} onClick={() => onVerb(verb)}>
      {VERB_TEXT[verb].label}
    </Menu.Item>
  );
  return (
    <div className="services-buttons">
      {SHOWN.map(({ verb, icon }) => (
        <Tooltip key={verb} label={VERB_TEXT[verb].label}>
          <ActionIcon
            size="md"
            variant="default"
            aria-label={`${VERB_TEXT[verb].label} ${name}`}
            loading={busyVerb === verb}
            disabled={!can(verb) && busyVerb !== verb}
            onClick={() => onVerb(verb)}
          >
            {icon}
          </ActionIcon>
        </Tooltip>
      ))}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size="md" variant="default" aria-label={describeMore(name)}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFileText size={15} />} onClick={() => setPage('logs', { unit: unit.name })}>
            {TEXT.showLogs}
          </Menu.Item>
          <Menu.Divider />
          {item('enable', <IconPower size={15} />)}
          {item('disable', <IconPower size={15} />)}
          {item('reset-failed', <IconRestore size={15} />)}
          <Menu.Divider />
          <Menu.Item leftSection={<IconArrowUp size={15} />} disabled={!canMove} onClick={() => onMove(-1)}>
            {TEXT.moveUp}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowDown size={15} />} disabled={!canMove} onClick={() => onMove(1)}>
            {TEXT.moveDown}
          </Menu.Item>
          <Menu.Item leftSection={<IconPinnedOff size={15} />} onClick={onUnpin} disabled={!unit.pinned}>
            {unit.pinned ? TEXT.unpin : TEXT.alwaysListed}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
