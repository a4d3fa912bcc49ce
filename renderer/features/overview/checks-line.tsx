import { Button } from '@mantine/core';
import { memo } from 'react';
import type { Diagnosis } from '../../../shared/diagnosis/types.ts';
import { useChecksPart } from '../../stores/checks.ts';
import { useOfflineReason } from '../../stores/hosts.ts';
import { setPage } from '../../stores/view.ts';
import { useOfNow } from '../../ui/clock.ts';
import { ToneIcon, toneOf } from '../../ui/tone.tsx';
import { oldAfterMs } from '../checks/old-after.ts';
import { describeFailedChecks, describePassedChecks, TEXT } from './text.ts';

/**
 * Where there is no problem: how many checks fail and since when, or that none does. Old where the page Checks shows them as old.
 */
export const ChecksLine = memo(function ChecksLine({ summary }: { readonly summary: Diagnosis['summary'] }) {
  const failed = useChecksPart(({ results }) => results.filter(({ verdict }) => verdict === 'fail').length);
  const since = useChecksPart(({ results }) => Math.min(...results.flatMap((result) => (result.verdict === 'fail' ? result.since : []))));
  const takenAt = useChecksPart(({ results }) =>
    Math.min(...results.flatMap((result) => (failed === 0 || result.verdict === 'fail' ? result.takenAt : []))),
  );
  const passed = useChecksPart(({ results }) => results.filter(({ verdict }) => verdict === 'pass').length);
  const count = useChecksPart(({ results }) => results.length);
  const maxAgeMs = useChecksPart(({ schedule }) => oldAfterMs(schedule));
  const isOffline = useOfflineReason() !== null;
  const isOld = useOfNow((nowMs) => count > 0 && (isOffline || nowMs - takenAt > maxAgeMs));
  const words = useOfNow((nowMs) =>
    failed === 0
      ? describePassedChecks({ passed, count, takenAt }, nowMs)
      : describeFailedChecks(failed, since, isOld ? takenAt : null, nowMs),
  );
  return (
    <ul className="ada-rows ada-card ada-troubles" aria-label={failed === 0 ? TEXT.checks : TEXT.failedChecks}>
      <li className="ada-row">
        <span className="ada-trouble-words">
          <ToneIcon tone={failed === 0 ? toneOf(summary.severity) : 'bad'} />
          <span>
            {failed === 0 ? <b>{summary.text}</b> : null}
            <span className={failed === 0 ? 'ada-quiet' : undefined} data-stale={isOld || undefined}>
              {words}
            </span>
          </span>
        </span>
        <Button onClick={() => setPage('checks')}>{TEXT.showChecks}</Button>
      </li>
    </ul>
  );
});
