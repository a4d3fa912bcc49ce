import { Button, Stack, Text } from '@mantine/core';
import { setPage } from '../../stores/view.ts';
import { Card } from '../../ui/card.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { useReviewSudoRule } from './review-sudo-rule.ts';
import { describeSudo, TEXT } from './text.ts';

export interface SudoersCardProps {
  readonly sudoWithoutPassword: boolean | null;
  readonly isStale: boolean;
}

/** Whether sudo needs a password on this host, and the way to the rule that makes it unnecessary. */
export function SudoersCard({ sudoWithoutPassword, isStale }: SudoersCardProps) {
  const reviewRule = useReviewSudoRule();
  const word = describeSudo(sudoWithoutPassword);
  return (
    <Card
      title={TEXT.sudoTitle}
      aside={
        <Button variant="default" onClick={reviewRule} disabled={isStale}>
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
    </Card>
  );
}
