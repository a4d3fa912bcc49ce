import './checks.css';
import { Button, Group, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { IconCalendarClock, IconClipboardCheck, IconPlayerPlay, IconPlugConnectedX } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { CheckInfo } from '../../../shared/capabilities/checks/contract.ts';
import { useChecksChange, useChecksState } from '../../stores/checks.ts';
import { useConnectionState, useHostProfile } from '../../stores/hosts.ts';
import { usePageIntent } from '../../stores/view.ts';
import { Age } from '../../ui/age.tsx';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ReportButton } from '../report/report-button.tsx';
import { ExportMenu } from './export-menu.tsx';
import { HistoryCard } from './history-card.tsx';
import { oldAfterMs } from './old-after.ts';
import { ResultList } from './result-list.tsx';
import { agesOf, costOf, countVerdicts, rowsOf } from './rows.ts';
import { RunDialog } from './run-dialog.tsx';
import { RunStrip } from './run-strip.tsx';
import { describeSchedule } from './run-text.ts';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { describeFirstRun, describeNotConnected, describeVerdicts, TEXT } from './text.ts';

const VIEWS = [
  { value: 'results', label: TEXT.results },
  { value: 'history', label: TEXT.history },
] as const;
type View = (typeof VIEWS)[number]['value'];

/** All checks of the host with their newest results, the run at work, its schedule and its history. */
export function ChecksPage() {
  const state = useChecksState();
  const { checks, results, run, history, schedule, error } = state;
  const change = useChecksChange();
  const hostLabel = useHostProfile()?.label ?? 'the host';
  const isOnline = useConnectionState().kind === 'online';
  const [view, setView] = useState<View>('results');
  const [wanted, setWanted] = useState<readonly CheckInfo[] | null>(null);
  const [isScheduling, setScheduling] = useState(false);
  const [shownId, setShownId] = useState<string | null>(null);
  const rows = rowsOf(state);
  const counts = countVerdicts(rows);
  const { oldestAt, newestAt } = agesOf(rows);
  const maxAgeMs = oldAfterMs(schedule);
  const isOld = useOfNow((nowMs) => oldestAt !== null && nowMs - oldestAt > maxAgeMs);
  const isAllOld = useOfNow((nowMs) => newestAt !== null && nowMs - newestAt > maxAgeMs);
  const canRun = isOnline && run === null && checks.length > 0;
  const { attempt } = change;

  const start = useCallback((ids: readonly string[]) => attempt((host) => host.checks.run({ ids: [...ids] })), [attempt]);
  /** What does more than read says so first. */
  const request = useCallback(
    (chosen: readonly CheckInfo[]) => {
      const { reads } = costOf(chosen);
      if (reads.length < chosen.length) setWanted(chosen);
      else if (chosen.length > 0) start(reads);
    },
    [start],
  );
  const show = (id: string | undefined): void => {
    setView('results');
    setShownId(id ?? null);
  };
  usePageIntent({
    show,
    schedule: () => setScheduling(true),
    ...(canRun
      ? {
          'run-all': () => setWanted(checks),
          'run-group': (group: string | undefined) => request(checks.filter((check) => check.group === group)),
        }
      : {}),
  });

  const word = describeVerdicts(counts);
  const startReads = (): void => start(costOf(checks).reads);
  return (
    <Page
      title={TEXT.title}
      state={
        <Group gap="sm">
          <VisuallyHidden role="status">{run === null ? word.word : TEXT.alreadyRunning}</VisuallyHidden>
          {isOnline ? (
            <span data-stale={isOld || undefined}>
              <StatusWord {...(isOld ? { ...word, tone: 'stale' } : word)} />
            </span>
          ) : (
            <StatusWord tone="stale" word={results.length === 0 ? TEXT.notConnected : `${word.word}. ${TEXT.lastKnown}`} />
          )}
          {oldestAt === null ? null : (
            <span className="checks-quiet">
              {TEXT.checked} <Age at={oldestAt} />
            </span>
          )}
        </Group>
      }
      action={
        <>
          <Button size="sm" disabled={!canRun} onClick={() => setWanted(checks)}>
            {TEXT.runAll}
          </Button>
          <Button size="sm" variant="filled" leftSection={<IconPlayerPlay size={15} aria-hidden />} disabled={!canRun} onClick={startReads}>
            {TEXT.runReads}
          </Button>
        </>
      }
    >
      <RunStrip state={state} counts={counts} isStale={!isOnline || isAllOld} />
      {error === null || run !== null ? null : (
        <ErrorNotice
          error={error}
          action={
            <Button disabled={!canRun} onClick={startReads}>
              {TEXT.retry}
            </Button>
          }
        />
      )}
      {checks.length === 0 ? (
        <div className="ada-card checks-loading" role="status" aria-label={TEXT.loading} />
      ) : (
        <>
          <div className="checks-tools">
            <SegmentedControl
              size="xs"
              aria-label={TEXT.view}
              data={[...VIEWS]}
              value={view}
              onChange={(value) => setView(value === 'history' ? 'history' : 'results')}
            />
            <Group gap="xs">
              <Button leftSection={<IconCalendarClock size={15} aria-hidden />} onClick={() => setScheduling(true)}>
                {describeSchedule(schedule)}
              </Button>
              <ExportMenu isOff={results.length === 0} />
              <ReportButton />
            </Group>
          </div>
          {view === 'history' ? (
            <HistoryCard history={history} rows={rows} onShow={show} />
          ) : (
            <>
              {results.length > 0 || run !== null ? null : (
                <Card>
                  {isOnline ? (
                    <EmptyState icon={IconClipboardCheck} title={TEXT.notChecked}>
                      {describeFirstRun(costOf(checks).reads.length)}
                    </EmptyState>
                  ) : (
                    <EmptyState icon={IconPlugConnectedX} title={TEXT.notConnected}>
                      {describeNotConnected(hostLabel)}
                    </EmptyState>
                  )}
                </Card>
              )}
              <ResultList
                rows={rows}
                isRunning={run !== null}
                canRun={canRun}
                isStale={!isOnline || isAllOld}
                maxAgeMs={maxAgeMs}
                shownId={shownId}
                onShown={() => setShownId(null)}
                onRun={request}
              />
            </>
          )}
        </>
      )}
      {wanted === null ? null : (
        <RunDialog
          checks={wanted}
          isAll={wanted.length === checks.length}
          hostLabel={hostLabel}
          onStart={(ids) => {
            setWanted(null);
            start(ids);
          }}
          onClose={() => setWanted(null)}
        />
      )}
      {isScheduling ? <ScheduleDialog schedule={schedule} checks={checks} onClose={() => setScheduling(false)} /> : null}
    </Page>
  );
}
