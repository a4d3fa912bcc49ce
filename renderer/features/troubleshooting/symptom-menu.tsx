import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { SYMPTOM_IDS } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { askWhy } from '../../stores/troubleshooting.ts';
import { titleOf } from './text.ts';

export interface SymptomMenuProps {
  readonly hostId: string | null;
  /** The operator clicked before this code was loaded. */
  readonly isOpen: boolean;
  readonly children: ReactElement;
}

/** The symptoms as the menu of a button. */
export function SymptomMenu({ hostId, isOpen, children }: SymptomMenuProps) {
  return (
    <Menu position="bottom-end" defaultOpened={isOpen}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {SYMPTOM_IDS.map((symptom) => (
          <Menu.Item key={symptom} onClick={() => (hostId === null ? undefined : askWhy({ hostId, symptom }))}>
            {titleOf(symptom)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
