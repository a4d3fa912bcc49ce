import { Button, Group, Text } from '@mantine/core';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { type DiffLine, diffLines, onlyChanges } from './line-diff.ts';
import { TEXT } from './text.ts';

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: '  ', gone: '− ', new: '+ ', skipped: '  ' };

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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <pre className="services-diff" tabIndex={0}>
        {onlyChanges(diffLines(plan.present, plan.text)).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never change their order
          <span key={index} data-kind={line.kind}>
            {`${SIGNS[line.kind]}${line.text}\n`}
          </span>
        ))}
      </pre>
    </section>
  );
}
