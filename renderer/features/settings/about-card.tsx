import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bridge } from '../../bridge.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { SupportBundleButton } from '../support/support-bundle-button.tsx';
import { NoticesDialog } from './notices-dialog.tsx';
import { TEXT } from './text.ts';

/** The panel's version and runtime, and the licences of the packages in it. */
export function AboutCard() {
  const [isOpen, setOpen] = useState(false);
  usePageIntent({ licences: () => setOpen(true) });
  const { data: info } = useQuery({ queryKey: ['app.info'], queryFn: () => bridge.app.info(), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card
      title={TEXT.about}
      anchor="settings-about"
      aside={
        <Group gap="xs">
          <SupportBundleButton variant="default" intent="support-bundle" />
          <Button variant="default" onClick={() => setOpen(true)}>
            {TEXT.thirdPartyNotices}
          </Button>
        </Group>
      }
    >
      {info === undefined ? null : (
        <dl className="ada-facts">
          <dt>{TEXT.version}</dt>
          <dd>Ada Panel {info.version}</dd>
          <dt>{TEXT.runtime}</dt>
          <dd>
            Electron {info.electron}, Chromium {info.chrome}, Node {info.node}
            {info.fallbackRuntime ? ` ${TEXT.runtimeOutdated}` : ''}
          </dd>
          <dt>{TEXT.licence}</dt>
          <dd>MIT</dd>
        </dl>
      )}
      {isOpen ? <NoticesDialog onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
