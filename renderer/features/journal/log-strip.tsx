import { Button } from '@mantine/core';
import { monotonicMs } from '../../../shared/monotonic.ts';
import { currentView, LIVE_ROWS, lineRate, useJournal } from '../../stores/journal/journal.ts';
import { fetchOlder } from '../../stores/journal/past.ts';
import { useNow } from '../../ui/clock.ts';
import { stampOf } from './log-text.ts';

const number = (value: number): string => value.toLocaleString('en');

/** One line over the rows: from when they are, what was let go, and how to have more. */
export function LogStrip({ onPage }: { readonly onPage: string }) {
  useJournal((store) => store.version);
  useNow();
  const { still, isFetching, isAtBeginning, isHolding, fetchError } = useJournal.getState();
  const { buffer, rows } = currentView();
  const oldest = buffer.oldest();
  const isFull = buffer.length >= buffer.capacity;
  const rate = lineRate(monotonicMs());
  const shown =
    rows.length === buffer.length ? `${number(buffer.length)} lines` : `${number(rows.length)} of ${number(buffer.length)} lines`;
  return (
    <div className="logs-strip" data-tone={fetchError !== null || isHolding || still !== null ? 'warning' : undefined}>
      {still === null ? null : (
        <>
          <strong>{stampOf(still.fromMs).slice(0, 19)}</strong>
          <span>{still.said}</span>
        </>
      )}
      {fetchError === null ? null : (
        <span>
          {fetchError.message} {fetchError.hint}
        </span>
      )}
      {isHolding ? <span>The memory is full while you read; the host keeps the new lines until you go on.</span> : null}
      {oldest === null || still !== null ? null : <span>since {stampOf(oldest.at).slice(0, 19)}</span>}
      {buffer.dropped > 0 && still === null ? (
        <span title={`The newest ${number(LIVE_ROWS)} lines are kept in memory.`}>{number(buffer.dropped)} older lines let go</span>
      ) : null}
      {isAtBeginning ? (
        <span>beginning of the journal</span>
      ) : isFull ? (
        <span>for anything older, use Time</span>
      ) : (
        <Button size="compact-xs" variant="subtle" loading={isFetching} disabled={oldest === null} onClick={() => void fetchOlder()}>
          Fetch older
        </Button>
      )}
      <span className="logs-said logs-strip-said" role="status" title={onPage === '' ? undefined : onPage}>
        {onPage}
      </span>
      <span className="logs-said">
        {shown}
        {still === null && rate > 0 ? ` · ${rate >= 10 ? number(Math.round(rate)) : rate.toFixed(1)} a second` : ''}
      </span>
    </div>
  );
}
