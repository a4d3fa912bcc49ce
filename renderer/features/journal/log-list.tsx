import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { roleOfUnit } from '../../../shared/chain-units.ts';
import { copyText } from '../../stores/copy-text.ts';
import { currentView, pinnedSeq, setFollowing, setPin, toggleFold, useJournal } from '../../stores/journal/journal.ts';
import { isContinuation, isFolded } from '../../stores/journal/log-view.ts';
import { fetchNewer, fetchOlder } from '../../stores/journal/past.ts';
import { serviceColor } from '../../theme/service-colors.ts';
import { lineEntries } from './line-entries.ts';
import type { LogLayout } from './log-filters.tsx';
import { LogRow, MarkRow } from './log-row.tsx';
import { entryAsText } from './log-text.ts';
import { TEXT } from './text.ts';
import { useKeptRow } from './use-kept-row.ts';
import { useLineKeys } from './use-line-keys.ts';

const NO_UNITS: readonly string[] = [];
const LINE_PX = 20;
const MARK_PX = 28;
/** Distance from an end within which the list counts as scrolled to it. */
const EDGE_PX = 24;
/**
 * Rows that are laid out while the list follows its end; the others come with the first scroll up. The list has the same height from
 * one batch to the next then, and no batch costs more than these rows.
 */
const TAIL_ROWS = 2000;

export interface LogListHandle {
  /** Scrolls a row to the middle. */
  readonly show: (seq: number) => void;
  /** First and last visible row, as positions among the rows shown. */
  readonly inSight: () => { readonly first: number; readonly last: number };
  readonly focus: () => void;
}

export interface LogListProps {
  readonly layout: LogLayout;
  /** The line that is marked: the current match, or the one with its fields shown. */
  readonly currentSeq: number | null;
  readonly onCurrent: (seq: number | null) => void;
  readonly onFields: (seq: number | null) => void;
  readonly handle: RefObject<LogListHandle | null>;
}

function copyRow(seq: number): void {
  const row = currentView().buffer.at(seq);
  if (row?.kind === 'entry') copyText(entryAsText(row.entry));
}

/** The rows of the current view, virtualised. */
export function LogList({ layout: { wrap, isRaw }, currentSeq, onCurrent, onFields, handle }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  /** The list was touched since it was paused: laying out all of its rows moves it as well. */
  const isByOperator = useRef(false);
  /** The row to scroll to once all rows are laid out. */
  const requestedSeq = useRef<number | null>(null);
  const version = useJournal((store) => store.version);
  const isFollowing = useJournal((store) => store.isFollowing);
  const still = useJournal((store) => store.still);
  const units = useJournal((store) => store.selection?.units) ?? NO_UNITS;
  const hasLoggers = units.some((unit) => roleOfUnit(unit) === 'invokeai');
  const view = currentView();
  const { rows, buffer, options, search } = view;

  /** The position of the first row that is laid out. */
  const head = isFollowing ? Math.max(0, rows.length - TAIL_ROWS) : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version means other rows at the same positions
  const keyAt = useCallback((index: number) => rows.seqAt(head + index), [rows, head, version]);
  const virtualizer = useVirtualizer({
    count: rows.length - head,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = buffer.at(rows.seqAt(head + index));
      return row?.kind === 'mark' ? MARK_PX : (row?.lines ?? 1) * LINE_PX;
    },
    getItemKey: keyAt,
    // Rows that come or go above must not move the visible ones. While following, the list scrolls to the end anyway,
    // and the search for the former place would cost time for every row.
    anchorTo: isFollowing ? 'start' : 'end',
    overscan: 6,
    useFlushSync: false,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: heights measured while wrapping are wrong without it, and the other way round
  useEffect(() => virtualizer.measure(), [wrap, virtualizer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: while following, the end must be visible after every change of the rows
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !isFollowing) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  }, [version, isFollowing, wrap, still]);

  // A paused list is shown as it was left.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the list comes back
  useLayoutEffect(() => {
    const seq = pinnedSeq();
    if (seq !== null && rows.length > 0) virtualizer.scrollToIndex(rows.positionOf(seq), { align: 'start' });
  }, []);

  useEffect(() => {
    if (still?.atSeq === null || still === null) return;
    virtualizer.scrollToIndex(rows.positionOf(still.atSeq), { align: 'center' });
  }, [still, virtualizer, rows]);

  const inSight = () => {
    const top = scroller.current?.scrollTop ?? 0;
    const bottom = top + (scroller.current?.clientHeight ?? 0);
    const items = virtualizer.getVirtualItems().filter((item) => item.end > top && item.start < bottom);
    return { first: head + (items[0]?.index ?? 0), last: head + (items.at(-1)?.index ?? -1) };
  };
  handle.current = {
    show: (seq) => {
      if (!isFollowing) return virtualizer.scrollToIndex(rows.positionOf(seq), { align: 'center' });
      // The row may lie above those that are laid out now.
      requestedSeq.current = seq;
      setFollowing(false);
    },
    inSight,
    focus: () => scroller.current?.focus(),
  };

  useKeptRow(view, currentSeq, (position) => virtualizer.scrollToIndex(position, { align: 'center' }));

  const menuOf = useCallback((entry: JournalEntry, seq: number) => lineEntries(entry, seq, onFields), [onFields]);
  const onKeyDown = useLineKeys({
    activeSeq: currentSeq,
    inSight,
    onActive: (seq) => {
      onCurrent(seq);
      if (seq === null) return;
      if (isFollowing) handle.current?.show(seq);
      else virtualizer.scrollToIndex(rows.positionOf(seq), { align: 'auto' });
    },
    onOpen: onFields,
    onCopy: copyRow,
    onClose: () => onFields(null),
  });
  const onClick = ({ target }: MouseEvent) => {
    if (!(target instanceof Element) || target.closest('button') !== null || window.getSelection()?.isCollapsed === false) return;
    const seq = Number(target.closest<HTMLElement>('.logs-row')?.dataset['seq'] ?? Number.NaN);
    if (!Number.isNaN(seq)) onFields(seq);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: each pause begins untouched, and other filters move the list as well
  useLayoutEffect(() => {
    isByOperator.current = false;
  }, [isFollowing, options]);
  const onTouched = () => {
    isByOperator.current = true;
  };

  useLayoutEffect(() => {
    if (isFollowing || requestedSeq.current === null) return;
    virtualizer.scrollToIndex(rows.positionOf(requestedSeq.current), { align: 'center' });
    requestedSeq.current = null;
  }, [isFollowing, rows, virtualizer]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    const isUp = element.scrollTop < lastTop.current - 1;
    const isDown = element.scrollTop > lastTop.current + 1;
    lastTop.current = element.scrollTop;
    const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop < EDGE_PX;
    if (isUp && !isAtEnd) setFollowing(false);
    else if (isDown && isAtEnd && still === null && isByOperator.current) setFollowing(true);
    const first = rows.seqAt(inSight().first);
    if (first >= 0 || rows.length > 0) setPin(first);
    if (isUp && element.scrollTop < LINE_PX * 10) void fetchOlder();
    if (isDown && isAtEnd && still !== null) void fetchNewer();
  };

  return (
    <div
      className={wrap ? 'logs-scroll logs-wrap' : 'logs-scroll'}
      ref={scroller}
      onScroll={onScroll}
      onWheel={onTouched}
      onPointerDown={onTouched}
      onTouchMove={onTouched}
      onKeyDown={(event) => {
        onTouched();
        onKeyDown(event);
      }}
      onClick={onClick}
      role="log"
      aria-live="off"
      aria-label={TEXT.logLines}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
      tabIndex={0}
    >
      <div className="logs-sizer" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const seq = rows.seqAt(head + item.index);
          const row = buffer.at(seq);
          if (row === undefined) return null;
          // While lines rush by, an element is given the next line; while paused it keeps its own, with the text selected in it.
          const key = isFollowing ? item.index : seq;
          if (row.kind === 'mark') return <MarkRow key={key} mark={row.mark} top={item.start} index={item.index} />;
          const { entry } = row;
          const group = entry.groupCursor === null || isContinuation(entry) ? [] : buffer.group(entry.groupCursor);
          return (
            <LogRow
              key={key}
              entry={entry}
              seq={seq}
              top={item.start}
              index={item.index}
              search={search}
              isCurrent={seq === currentSeq}
              fold={foldOf(group.length, entry.groupCursor !== null && isFolded(options, entry.groupCursor))}
              isContinued={isContinuation(entry)}
              tagColour={units.length > 1 ? serviceColor(entry.unit) : null}
              hasLoggers={hasLoggers}
              isRaw={isRaw}
              measure={wrap ? virtualizer.measureElement : null}
              onFold={toggleFold}
              menuOf={menuOf}
            />
          );
        })}
      </div>
    </div>
  );
}

const FOLDS = new Map<string, { readonly isFolded: boolean; readonly lines: number }>();

/** Returns the same object for equal values, so that memoised rows do not render again. */
function foldOf(lines: number, folded: boolean): { readonly isFolded: boolean; readonly lines: number } | null {
  if (lines < 2) return null;
  const key = `${folded}${lines}`;
  const known = FOLDS.get(key);
  if (known !== undefined) return known;
  const made = { isFolded: folded, lines: lines - 1 };
  FOLDS.set(key, made);
  return made;
}
