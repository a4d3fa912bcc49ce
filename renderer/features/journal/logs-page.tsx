import './logs.css';
import { Button } from '@mantine/core';
import { IconArrowDown, IconFileText, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { useHostId } from '../../stores/host-context.tsx';
import { useConnectionState } from '../../stores/hosts.ts';
import { seqAtTime } from '../../stores/journal/histogram.ts';
import { currentView, goLive, newLines, setFollowing, useJournal } from '../../stores/journal/journal.ts';
import { showRange } from '../../stores/journal/past.ts';
import { follow, followAgain } from '../../stores/journal/stream.ts';
import { createPageState } from '../../stores/page-state.ts';
import { usePageIntent } from '../../stores/view.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { rememberUnits } from './chosen-units.ts';
import { FieldsPanel } from './fields-panel.tsx';
import { FilterChips } from './filter-chips.tsx';
import { LayoutToggles, LevelFilter, type LogLayout } from './log-filters.tsx';
import { LogHistogram } from './log-histogram.tsx';
import { LogList, type LogListHandle } from './log-list.tsx';
import { CopyMenu, ExportMenu } from './log-menus.tsx';
import { LogStrip } from './log-strip.tsx';
import { SearchBar } from './search-bar.tsx';
import { StreamState } from './stream-state.tsx';
import { describeLive, LIMITED_JOURNAL, TEXT } from './text.ts';
import { TimeJump } from './time-jump.tsx';
import { UnitChooser } from './unit-chooser.tsx';
import { MAX_UNITS, useFollowedUnits } from './use-followed-units.ts';
import { useLogKeys } from './use-log-keys.ts';

const MESSAGE_SHOWN_MS = 6000;

const useLayout = createPageState<LogLayout>({ wrap: false, isRaw: false });

/** The journals of one or many units, live. */
export function LogsPage() {
  const hostId = useHostId();
  const isOnline = useConnectionState().kind === 'online';
  const pinned = useFollowedUnits();
  const selection = useJournal((store) => store.selection);
  const stream = useJournal((store) => store.stream);
  const isFollowing = useJournal((store) => store.isFollowing);
  const still = useJournal((store) => store.still);
  const [layout, setLayout] = useLayout();
  const [currentSeq, setCurrentSeq] = useState<number | null>(null);
  const [openEntry, setOpenEntry] = useState<JournalEntry | null>(null);
  const [message, setMessage] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<LogListHandle | null>(null);
  const units = selection?.units ?? [];

  useEffect(() => {
    if (message === '') return;
    const timer = setTimeout(() => setMessage(''), MESSAGE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);

  const choose = (chosen: readonly string[]) => {
    if (hostId === null) return;
    rememberUnits(hostId, chosen);
    follow({ hostId, units: chosen });
  };
  const step = (direction: 'next' | 'previous') => {
    const view = currentView();
    const sight = list.current?.inSight();
    // The first step goes to the newest match at or above the last visible line.
    const seq =
      currentSeq === null
        ? view.nextMatch(view.rows.seqAt(sight?.last ?? view.rows.length - 1) + 1, 'previous')
        : view.nextMatch(currentSeq, direction);
    setCurrentSeq(seq);
    if (seq !== null) list.current?.show(seq);
  };
  const showFields = useCallback((seq: number | null) => {
    const row = seq === null ? undefined : currentView().buffer.at(seq);
    setOpenEntry(row?.kind === 'entry' ? row.entry : null);
    if (seq === null) return;
    setCurrentSeq(seq);
    // The line must not run away from its fields.
    setFollowing(false);
  }, []);
  const jumpTo = useCallback((atMs: number) => {
    const seq = seqAtTime(currentView(), atMs);
    if (seq === null) return;
    setCurrentSeq(seq);
    list.current?.show(seq);
  }, []);
  const narrowTo = useCallback((fromMs: number, toMs: number) => void showRange(fromMs, toMs), []);
  const onSearch = useCallback(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const onPause = useCallback(() => {
    if (useJournal.getState().isFollowing) setFollowing(false);
    else goLive();
  }, []);
  useLogKeys({ onSearch, onPause, onLive: goLive });
  usePageIntent({ search: onSearch, live: goLive, pause: () => setFollowing(false) });

  const pause = isFollowing ? (
    <Button variant="light" size="sm" leftSection={<IconPlayerPause size={15} />} onClick={onPause} disabled={units.length === 0}>
      {TEXT.pause}
    </Button>
  ) : (
    <Button variant="light" size="sm" leftSection={<IconPlayerPlay size={15} />} onClick={goLive} disabled={units.length === 0}>
      {TEXT.resume}
    </Button>
  );

  return (
    <Page
      title={TEXT.title}
      fill
      state={<StreamState stream={stream} units={units} isOnline={isOnline} isFollowing={isFollowing} isPast={still !== null} />}
      action={pause}
    >
      <div className="logs">
        <div className="logs-bar">
          <UnitChooser pinned={pinned} chosen={units} onChoose={choose} />
          <LevelFilter />
          <TimeJump isDisabled={units.length === 0 || !isOnline} />
          <div className="logs-bar-end">
            <LayoutToggles layout={layout} onLayout={setLayout} />
            <CopyMenu list={() => list.current} onMessage={setMessage} />
            <ExportMenu selection={selection} still={still} onMessage={setMessage} />
          </div>
        </div>
        <div className="logs-bar">
          <SearchBar field={field} currentSeq={currentSeq} onStep={step} />
          <FilterChips />
        </div>
        {stream?.kind === 'failed' ? (
          <ErrorNotice
            error={stream.error}
            action={
              <Button size="xs" onClick={followAgain}>
                {TEXT.retry}
              </Button>
            }
          />
        ) : null}
        {stream?.kind === 'following' && stream.permission === 'limited' ? <ErrorNotice tone="warning" error={LIMITED_JOURNAL} /> : null}
        <div className="logs-frame">
          {units.length === 0 ? (
            <EmptyState
              icon={IconFileText}
              title={TEXT.noneSelected}
              action={
                pinned.length === 0 ? null : (
                  <Button size="xs" onClick={() => choose(pinned.slice(0, MAX_UNITS).map((unit) => unit.name))}>
                    {TEXT.followMine}
                  </Button>
                )
              }
            >
              {TEXT.noneSelectedBody}
            </EmptyState>
          ) : (
            <>
              <LogStrip onPage={message} />
              <LogHistogram onJump={jumpTo} onNarrow={narrowTo} />
              <div className="logs-body">
                <div className="logs-main">
                  <EmptyLog />
                  <LogList layout={layout} currentSeq={currentSeq} onCurrent={setCurrentSeq} onFields={showFields} handle={list} />
                  {isFollowing ? null : <LiveButton />}
                </div>
                {openEntry === null ? null : <FieldsPanel key={openEntry.cursor} entry={openEntry} onClose={() => showFields(null)} />}
              </div>
            </>
          )}
        </div>
      </div>
    </Page>
  );
}

/** Jumps to the newest line and shows the number of new lines. */
function LiveButton() {
  useJournal((store) => store.version);
  const fresh = newLines();
  return (
    <Button className="logs-live" size="xs" leftSection={<IconArrowDown size={14} />} onClick={goLive}>
      {describeLive(fresh)}
    </Button>
  );
}

function EmptyLog() {
  useJournal((store) => store.version);
  const isFresh = useJournal((store) => store.isFresh && store.still === null);
  const { rows, buffer } = currentView();
  const hasLines = buffer.length > 0;
  if (rows.length > 0 || rows.pending > 0 || (isFresh && !hasLines)) return null;
  return (
    <EmptyState icon={IconFileText} title={hasLines ? TEXT.noMatch : TEXT.noLines}>
      {hasLines ? TEXT.noMatchBody : TEXT.noLinesBody}
    </EmptyState>
  );
}
