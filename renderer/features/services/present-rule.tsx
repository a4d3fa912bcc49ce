import { Button, Group, Text } from '@mantine/core';
import type { SudoersPlan } from '../../../shared/capabilities/services/contract.ts';
import { type DiffLine, diffLines, onlyChanges } from './line-diff.ts';

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = { same: '  ', gone: '− ', new: '+ ', skipped: '  ' };

/** What the host has in place of the rule now, before anything is installed: nothing, other text, or what only root may read. */
export function PresentRule({
  plan,
  isBusy,
  onLook,
}: {
  readonly plan: SudoersPlan;
  readonly isBusy: boolean;
  readonly onLook: () => void;
}) {
  if (plan.installed === 'unknown') {
    return (
      <Group gap="xs">
        <Button onClick={onLook} loading={isBusy}>
          Look as root
        </Button>
        <Text size="sm" c="dimmed">
          Shows what is there now, and asks for your password. Installing looks first too, and replaces nothing that was not shown.
        </Text>
      </Group>
    );
  }
  if (plan.installed !== 'differs' || plan.present === null) return null;
  return (
    <section aria-label="What installing would change">
      <Text size="sm">What installing would change, from the file that is there now (−) to the new one (+):</Text>
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
