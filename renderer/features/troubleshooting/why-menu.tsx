import { Button, Menu } from '@mantine/core';
import { IconZoomQuestion } from '@tabler/icons-react';
import { memo } from 'react';
import { SYMPTOM_IDS } from '../../../shared/capabilities/troubleshooting/symptoms.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useOfflineReason } from '../../stores/hosts.ts';
import { askWhy } from '../../stores/troubleshooting.ts';
import { TEXT, titleOf } from './text.ts';

/** The symptoms, each leading to its cause on the host of the component. */
export const WhyMenu = memo(function WhyMenu() {
  const hostId = useHostId();
  const isOff = useOfflineReason() !== null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconZoomQuestion size={15} aria-hidden />} disabled={isOff || hostId === null}>
          {TEXT.findCauseMenu}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {SYMPTOM_IDS.map((symptom) => (
          <Menu.Item key={symptom} onClick={() => (hostId === null ? undefined : askWhy({ hostId, symptom }))}>
            {titleOf(symptom)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
});
