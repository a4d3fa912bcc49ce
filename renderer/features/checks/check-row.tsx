import { IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, memo, useId } from 'react';
import type { CheckInfo } from '../../../shared/capabilities/checks/contract.ts';
import { formatAge, formatDuration } from '../../../shared/format.ts';
import { useOfNow } from '../../ui/clock.ts';
import { opensContextMenu } from '../../ui/context-menu.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeActionsFor } from '../../ui/text.ts';
import { useLastValue } from '../../ui/use-last-value.ts';
import { CheckDetails } from './check-details.tsx';
import { checkMenu } from './check-menu.ts';
import type { CheckRow } from './rows.ts';
import { COSTS, describeOldSince, describeRow, describeSince } from './text.ts';

/** The same for every row of the page. */
export interface AllRowsProps {
  readonly canRun: boolean;
  /** All results are old: the page says so once. */
  readonly isStale: boolean;
  readonly maxAgeMs: number;
  readonly onToggle: (id: string) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onRun: (checks: readonly CheckInfo[]) => void;
}

export interface CheckRowProps extends AllRowsProps {
  readonly row: CheckRow;
  readonly isOpen: boolean;
  readonly isTabStop: boolean;
}

/** Each step of a run reports all checks; only the rows it concerns are drawn anew. */
export function CheckRowItem({ row, ...rest }: CheckRowProps) {
  return <MemoRow row={useLastValue(row)} {...rest} />;
}

const MemoRow = memo(function Row({ row, isOpen, isTabStop, canRun, isStale, maxAgeMs, onToggle, onKeyDown, onRun }: CheckRowProps) {
  const { info, result, progress } = row;
  const detailsId = useId();
  const since = useOfNow((nowMs) => (result === null || result.verdict === 'skipped' ? '' : describeSince(result, nowMs)));
  const age = useOfNow((nowMs) => (result !== null && nowMs - result.takenAt > maxAgeMs ? formatAge(result.takenAt, nowMs) : null));
  const cost = COSTS[info.cost];
  return (
    <li
      className="checks-item"
      data-check={info.id}
      data-verdict={result?.verdict ?? 'not-run'}
      data-open={isOpen || undefined}
      {...opensContextMenu(describeActionsFor(info.title), () => checkMenu(row, canRun, onRun))}
    >
      <button
        type="button"
        className="checks-row"
        data-check-row={info.id}
        data-stale={(progress !== 'running' && (isStale || age !== null)) || undefined}
        tabIndex={isTabStop ? 0 : -1}
        aria-expanded={isOpen}
        aria-controls={isOpen ? detailsId : undefined}
        onClick={() => onToggle(info.id)}
        onKeyDown={onKeyDown}
      >
        <IconChevronRight className="checks-chevron" size={14} aria-hidden />
        <span className="checks-verdict">
          <StatusWord {...describeRow(row)} />
        </span>
        <span className="checks-title">{info.title}</span>
        <span className="checks-summary">{result?.summary ?? info.about}</span>
        <span className="checks-meta">
          {cost === null ? null : <span className="checks-badge">{cost}</span>}
          <span className="checks-since">{age === null || isStale ? since : describeOldSince(since, age)}</span>
          <span className="checks-elapsed ada-number">{result === null ? '' : formatDuration(result.elapsedMs)}</span>
        </span>
      </button>
      {isOpen ? <CheckDetails id={detailsId} row={row} canRun={canRun} onRun={onRun} /> : null}
    </li>
  );
});
