import { Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ServiceRun } from '../../../shared/capabilities/services/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { setPage } from '../../stores/view.ts';
import { describeCause, describeEnding, describeRestarts, describeRunStart, describeStartedAt, TEXT } from './text.ts';

const SHOWN_RUNS = 8;
const TIMELINE_MS = 48 * 3_600_000;
/** A run of a second is still seen. */
const MIN_WIDTH_PERCENT = 0.6;

/** When, why and by what the unit was started and ended; `again` reads it anew. */
export function RunHistory({
  unit,
  restarts,
  hostNowMs,
  again,
}: {
  readonly unit: string;
  readonly restarts: number | null;
  readonly hostNowMs: number;
  readonly again: unknown;
}) {
  const { services } = useHostBridge();
  const [runs, setRuns] = useState<readonly ServiceRun[] | null>(null);
  const [message, setMessage] = useState<string>(TEXT.loading);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what `again` stands for is not used here
  useEffect(() => {
    let isOver = false;
    services.runs({ unit }).then(
      (found) => {
        if (!isOver) setRuns(found);
      },
      (thrown: unknown) => {
        if (!isOver) setMessage(toPanelError(thrown).message);
      },
    );
    return () => {
      isOver = true;
    };
  }, [services, unit, again]);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {TEXT.runs}
      </Text>
      <Text size="xs" c="dimmed">
        {describeRestarts(restarts)}
      </Text>
      {runs === null || runs.length === 0 ? (
        <Text size="sm">{runs === null ? message : TEXT.noRuns}</Text>
      ) : (
        <>
          <Timeline runs={runs} hostNowMs={hostNowMs} />
          <ol className="services-runs">
            {runs.slice(0, SHOWN_RUNS).map((run) => (
              <li key={run.startedAt} data-ending={run.ending}>
                <button
                  type="button"
                  className="services-name"
                  aria-label={describeRunStart(run)}
                  onClick={() => setPage('logs', { unit, fromMs: run.startedAt })}
                >
                  {describeStartedAt(run)}
                </button>
                <span>{describeEnding(run)}</span>
                <span className="services-quiet">{describeCause(run)}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Stack>
  );
}

/** The runs of the last 48 h as bars; the list below says the same in words. */
function Timeline({ runs, hostNowMs }: { readonly runs: readonly ServiceRun[]; readonly hostNowMs: number }) {
  const fromMs = hostNowMs - TIMELINE_MS;
  const percent = (at: number): number => Math.min(100, Math.max(0, ((at - fromMs) / TIMELINE_MS) * 100));
  return (
    <div aria-hidden>
      <div className="services-timeline">
        {runs
          .filter(({ endedAt, ending }) => ending === 'running' || (endedAt !== null && endedAt > fromMs))
          .map(({ startedAt, endedAt, ending }) => {
            const [left, right] = [percent(startedAt), percent(endedAt ?? hostNowMs)];
            return (
              <span
                key={startedAt}
                data-ending={ending}
                style={{ left: `${Math.min(left, 100 - MIN_WIDTH_PERCENT)}%`, width: `${Math.max(MIN_WIDTH_PERCENT, right - left)}%` }}
              />
            );
          })}
      </div>
      <div className="services-timeline-ends">
        <span>{TEXT.twoDaysAgo}</span>
        <span>{TEXT.now}</span>
      </div>
    </div>
  );
}
