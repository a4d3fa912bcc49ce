import { Button } from '@mantine/core';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { currentView, LIVE_ROWS, lineRate, useJournal } from '../../stores/journal/journal.ts';
import { fetchOlder } from '../../stores/journal/past.ts';
import { useNow } from '../../ui/clock.ts';
import { stampOf } from './log-text.ts';
import { describeCapacity, describeCount, describeDropped, describeRate, describeStart, TEXT } from './text.ts';

/** The line above the rows: their start, dropped rows, and how to load more. */
export function LogStrip({ onPage }: { readonly onPage: string }) {
  useJournal((store) => store.version);
  useNow();
  const { still, isFetching, isAtBeginning, isHolding, fetchError } = useJournal.getState();
  const { buffer, rows } = currentView();
  const oldest = buffer.oldest();
  const isFull = buffer.length >= buffer.capacity;
  const rate = lineRate(monotonicMs());
  return (
    <div className="logs-strip" data-tone={fetchError !== null || isHolding || still !== null ? 'warning' : undefined}>
      {still === null ? null : (
        <>
          <strong>{stampOf(still.fromMs).slice(0, 19)}</strong>
          <span>{still.message}</span>
        </>
      )}
      {fetchError === null ? null : (
        <span>
          {fetchError.message} {fetchError.hint}
        </span>
      )}
      {isHolding ? <span>{TEXT.bufferFull}</span> : null}
      {oldest === null || still !== null ? null : <span>{describeStart(stampOf(oldest.at).slice(0, 19))}</span>}
      {buffer.dropped > 0 && still === null ? <span title={describeCapacity(LIVE_ROWS)}>{describeDropped(buffer.dropped)}</span> : null}
      {isAtBeginning ? (
        <span>{TEXT.startOfJournal}</span>
      ) : isFull ? (
        <span>{TEXT.useTime}</span>
      ) : (
        <Button size="compact-xs" variant="subtle" loading={isFetching} disabled={oldest === null} onClick={() => void fetchOlder()}>
          {TEXT.loadOlder}
        </Button>
      )}
      <span className="logs-message logs-strip-message" role="status" title={onPage === '' ? undefined : onPage}>
        {onPage}
      </span>
      <span className="logs-message">
        {describeCount(rows.length, buffer.length)}
        {still === null && rate > 0 ? describeRate(rate) : ''}
      </span>
    </div>
  );
}
