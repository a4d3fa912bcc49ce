import { Button, Group } from '@mantine/core';
import { memo, useState } from 'react';
import { useHostId } from '../../../stores/host-context.tsx';
import { useCurrentRunId, useRunCounts, useRunEntries } from '../../../stores/runs.ts';
import { Card } from '../../../ui/card.tsx';
import { GroupRow } from './group-row.tsx';
import { usePickedRun } from './picked-run.ts';
import { cancelRuns, removeEnded } from './run-actions.ts';
import { RunRow } from './run-row.tsx';
import { describeCounts, describeMore, RUN_TEXT } from './text.ts';

/** Lines that are shown until all are asked for. */
const SHOWN = 8;

/** The runs: at work, waiting in their order, ended. */
export const RunsCard = memo(function RunsCard() {
  const hostId = useHostId();
  const entries = useRunEntries();
  const counts = useRunCounts();
  const current = useCurrentRunId();
  const [picked, setPicked] = usePickedRun();
  const [isAllShown, setAllShown] = useState(false);
  if (entries.length === 0) return null;
  const shownId = picked ?? current;
  const shown = isAllShown ? entries : entries.slice(0, SHOWN);
  const open = counts.running + counts.waiting;
  return (
    <Card
      title={RUN_TEXT.title}
      aside={
        <Group gap="xs">
          <span className="ada-quiet play-small ada-number">{describeCounts(counts)}</span>
          <Button size="compact-xs" variant="default" disabled={open === 0} onClick={() => cancelRuns(hostId, null)}>
            {RUN_TEXT.cancelAll}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" disabled={counts.ended === 0} onClick={() => removeEnded(hostId)}>
            {RUN_TEXT.clearEnded}
          </Button>
        </Group>
      }
    >
      <ul className="play-runs" aria-label={RUN_TEXT.title}>
        {shown.map((entry) =>
          'runId' in entry ? (
            <RunRow key={entry.runId} runId={entry.runId} isShown={entry.runId === shownId} onShow={setPicked} />
          ) : (
            <GroupRow key={entry.groupId} groupId={entry.groupId} />
          ),
        )}
      </ul>
      {shown.length === entries.length ? null : (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAllShown(true)}>
          {describeMore(entries.length)}
        </Button>
      )}
    </Card>
  );
});
