import { Button } from '@mantine/core';
import { memo } from 'react';
import { useChecksPart } from '../../stores/checks.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import { useOfNow } from '../../ui/clock.ts';
import { ToneIcon } from '../../ui/tone.tsx';
import { oldAfterMs } from '../checks/old-after.ts';
import { describeFailedChecks, TEXT } from './text.ts';

/** How many checks fail and since when; nothing while none does. Old where the page Checks shows them as old. */
export const ChecksLine = memo(function ChecksLine() {
  const failed = useChecksPart(({ results }) => results.filter(({ verdict }) => verdict === 'fail').length);
  const since = useChecksPart(({ results }) => Math.min(...results.flatMap((result) => (result.verdict === 'fail' ? result.since : []))));
  const takenAt = useChecksPart(({ results }) =>
    Math.min(...results.flatMap((result) => (result.verdict === 'fail' ? result.takenAt : []))),
  );
  const maxAgeMs = useChecksPart(({ schedule }) => oldAfterMs(schedule));
  const isOffline = useOfflineReason() !== null;
  const isOld = useOfNow((nowMs) => isOffline || nowMs - takenAt > maxAgeMs);
  const words = useOfNow((nowMs) => describeFailedChecks(failed, since, isOld ? takenAt : null, nowMs));
  if (failed === 0) return null;
  return (
    <ul className="ada-rows ada-card ada-troubles" aria-label={TEXT.failedChecks}>
      <li className="ada-row">
        <span className="ada-trouble-words" data-stale={isOld || undefined}>
          <ToneIcon tone="bad" />
          <span>{words}</span>
        </span>
        <Button onClick={() => setPage('checks')}>{TEXT.showChecks}</Button>
      </li>
    </ul>
  );
});
