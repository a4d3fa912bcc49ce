import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { CheckGroup } from '../../../shared/capabilities/checks/contract.ts';
import { Card } from '../../ui/card.tsx';
import { ToneIcon } from '../../ui/tone.tsx';
import { type AllRowsProps, CheckRowItem } from './check-row.tsx';
import { type CheckRow, costOf, countVerdicts } from './rows.ts';
import { describeCounts, describeGroup, describeRunGroup, GROUPS, TEXT, toneOfCounts } from './text.ts';

export interface CheckGroupProps extends AllRowsProps {
  readonly group: CheckGroup;
  readonly members: readonly CheckRow[];
  readonly rows: readonly CheckRow[];
  readonly opened: ReadonlySet<string>;
  /** The row that Tab reaches; arrows reach the others. */
  readonly tabStop: string | null;
}

/** One group of checks with its counts, and a button that runs it. */
export function CheckGroupCard({ group, members, rows, opened, tabStop, ...ofAll }: CheckGroupProps) {
  const counts = countVerdicts(members);
  const tone = toneOfCounts(counts);
  const checks = members.map(({ info }) => info);
  const { image, load } = costOf(checks);
  return (
    <Card
      title={GROUPS[group]}
      className="checks-group"
      aside={
        <>
          <span className="checks-group-counts" data-stale={ofAll.isStale || undefined}>
            {tone === null ? null : <ToneIcon tone={tone} />}
            <span>{describeCounts(counts)}</span>
          </span>
          <Button
            leftSection={<IconPlayerPlay size={13} aria-hidden />}
            disabled={!ofAll.canRun}
            aria-label={describeRunGroup(group)}
            onClick={() => ofAll.onRun(checks)}
          >
            {image.length + load.length === 0 ? TEXT.runGroup : `${TEXT.runGroup}…`}
          </Button>
        </>
      }
    >
      <ul className="checks-rows" aria-label={describeGroup(group)}>
        {rows.map((row) => (
          <CheckRowItem key={row.info.id} row={row} isOpen={opened.has(row.info.id)} isTabStop={row.info.id === tabStop} {...ofAll} />
        ))}
      </ul>
    </Card>
  );
}
