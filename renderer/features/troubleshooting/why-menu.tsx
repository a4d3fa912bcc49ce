import { Button, type ButtonProps } from '@mantine/core';
import { IconZoomQuestion } from '@tabler/icons-react';
import { type ComponentPropsWithRef, memo, useState } from 'react';
import { useHostId } from '../../stores/host-context.tsx';
import { useOfflineReason } from '../../stores/hosts.ts';
import { useAfterPaint } from '../../ui/use-after-paint.ts';
import { TEXT } from './text.ts';

const loadMenu = () => import('./symptom-menu.tsx');

/** The symptoms, each leading to its cause on the host of the component. Until the menu's code is loaded there is its button alone. */
export const WhyMenu = memo(function WhyMenu() {
  const hostId = useHostId();
  const isOff = useOfflineReason() !== null || hostId === null;
  const menu = useAfterPaint(loadMenu);
  const [isWanted, setWanted] = useState(false);
  if (menu === null) return <WhyButton disabled={isOff} aria-haspopup="menu" onClick={() => setWanted(true)} />;
  return (
    <menu.SymptomMenu hostId={hostId} isOpen={isWanted}>
      <WhyButton disabled={isOff} />
    </menu.SymptomMenu>
  );
});

function WhyButton(props: ButtonProps & ComponentPropsWithRef<'button'>) {
  return (
    <Button {...props} leftSection={<IconZoomQuestion size={15} aria-hidden />}>
      {TEXT.findCauseMenu}
    </Button>
  );
}
