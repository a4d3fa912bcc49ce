import { Button, Group, Text } from '@mantine/core';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { DiffLines, type MarkedLine } from '../../ui/diff-lines.tsx';
import { type DiffLine, diffLines, onlyChanges } from './line-diff.ts';
import { TEXT } from './text.ts';

const MARKS: Readonly<Record<DiffLine['kind'], MarkedLine['mark']>> = { same: ' ', gone: '-', new: '+', skipped: '@' };

/** How the rule compares with the file on the host, which may be readable by root only. */
export function PresentRule({
  plan,
  isBusy,
  onCheck,
}: {
  readonly plan: SudoersPlan;
  readonly isBusy: boolean;
  readonly onCheck: () => void;
}) {
  if (plan.installed === 'unknown') {
    return (
      <Group gap="xs">
        <Button onClick={onCheck} loading={isBusy}>
          {TEXT.checkWithSudo}
        </Button>
        <Text size="sm" c="dimmed">
          {TEXT.checkWithSudoNote}
        </Text>
      </Group>
    );
  }
  if (plan.installed !== 'differs' || plan.present === null) return null;
  return (
    <section aria-label={TEXT.changes}>
      <Text size="sm">{TEXT.changesNote}</Text>
      <DiffLines
        label={TEXT.changedLines}
        lines={onlyChanges(diffLines(plan.present, plan.text)).map(({ kind, text }) => ({ mark: MARKS[kind], text }))}
      />
    </section>
  );
}
