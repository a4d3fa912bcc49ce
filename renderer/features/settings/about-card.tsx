import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bridge } from '../../bridge.ts';
import { Card } from '../../ui/card.tsx';
import { NoticesDialog } from './notices-dialog.tsx';

/** The version of the panel, what it runs on, and the licences of what it contains. */
export function AboutCard() {
  const [isOpen, setOpen] = useState(false);
  const { data: info } = useQuery({ queryKey: ['app.info'], queryFn: () => bridge.app.info(), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card
      title="About"
      aside={
        <Button variant="default" onClick={() => setOpen(true)}>
          Third-party notices
        </Button>
      }
    >
      {info === undefined ? null : (
        <dl className="ada-facts">
          <dt>Version</dt>
          <dd>Ada Panel {info.version}</dd>
          <dt>Runtime</dt>
          <dd>
            Electron {info.electron}, Chromium {info.chrome}, Node {info.node}
            {info.fallbackRuntime ? ' (outdated: for trying the panel out only)' : ''}
          </dd>
          <dt>License</dt>
          <dd>MIT</dd>
        </dl>
      )}
      {isOpen ? <NoticesDialog onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
