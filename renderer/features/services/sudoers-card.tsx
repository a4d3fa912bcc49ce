import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { setPage, usePageIntent } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { SudoersDialog } from './sudoers-dialog.tsx';
import { describeSudo, TEXT } from './text.ts';

export interface SudoersCardProps {
  readonly hostLabel: string;
  readonly sudoWithoutPassword: boolean | null;
  readonly isStale: boolean;
}

/** Whether sudo needs a password on this host, and the rule that makes it unnecessary. */
export function SudoersCard({ hostLabel, sudoWithoutPassword, isStale }: SudoersCardProps) {
  const [isOpen, setOpen] = useState(false);
  usePageIntent(isStale ? {} : { 'sudo-rule': () => setOpen(true) });
  const word = describeSudo(sudoWithoutPassword);
  return (
    <Card
      title={TEXT.sudoTitle}
      aside={
        <Button variant="default" onClick={() => setOpen(true)} disabled={isStale}>
          {TEXT.reviewRule}
        </Button>
      }
    >
      <Stack gap={6}>
        <StatusWord tone={isStale ? 'stale' : word.tone} word={word.word} />
        <Text size="sm" c="dimmed">
          {TEXT.sudoBody}{' '}
          <Button size="compact-xs" variant="transparent" p={0} onClick={() => setPage('settings')}>
            {TEXT.settings}
          </Button>
          .
        </Text>
      </Stack>
      {isOpen ? <SudoersDialog hostLabel={hostLabel} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}
