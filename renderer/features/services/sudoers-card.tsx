import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { SudoersDialog } from './sudoers-dialog.tsx';

export interface SudoersCardProps {
  readonly hostLabel: string;
  readonly sudoWithoutPassword: boolean | null;
  readonly isStale: boolean;
}

/** How starting and stopping is allowed on this host, and the small rule that allows it without a password. */
export function SudoersCard({ hostLabel, sudoWithoutPassword, isStale }: SudoersCardProps) {
  const [isOpen, setOpen] = useState(false);
  const word =
    sudoWithoutPassword === null
      ? ({ tone: 'unknown', word: 'Not known yet whether a password is needed' } as const)
      : sudoWithoutPassword
        ? ({ tone: 'good', word: 'No password is needed' } as const)
        : ({ tone: 'off', word: 'sudo asks for the password' } as const);
  return (
    <Card
      title="Permission to start and stop"
      aside={
        <Button variant="default" onClick={() => setOpen(true)} disabled={isStale}>
          Show the rule
        </Button>
      }
    >
      <Stack gap={6}>
        <StatusWord tone={isStale ? 'stale' : word.tone} word={word.word} />
        <Text size="sm" c="dimmed">
          A sudo rule of a few lines lets your user run exactly these systemctl commands as root and nothing else. It is optional: without
          it the password is asked for and kept in memory for a while, as set in{' '}
          <Button size="compact-xs" variant="transparent" p={0} onClick={() => setPage('settings')}>
            Settings
          </Button>
          .
        </Text>
      </Stack>
      {isOpen ? <SudoersDialog hostLabel={hostLabel} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
