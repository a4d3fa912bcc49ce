import { IconHistory } from '@tabler/icons-react';
import type { CheckRunSummary } from '../../../shared/capabilities/checks/contract.ts';
import { formatDateTime, formatDuration } from '../../../shared/format.ts';
import { Card } from '../../ui/card.tsx';
import { useOfNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusWord } from '../../ui/status-word.tsx';
import { ToneIcon } from '../../ui/tone.tsx';
import type { CheckRow } from './rows.ts';
import { describeRunVerdict, describeStartedBy } from './run-text.ts';
import { describeNow, TEXT } from './text.ts';

export interface HistoryCardProps {
  /** Newest first. */
  readonly history: readonly CheckRunSummary[];
  readonly rows: readonly CheckRow[];
  readonly onShow: (id: string) => void;
}

/** The runs, newest first, each with what failed in it and how that check stands now. */
export function HistoryCard({ history, rows, onShow }: HistoryCardProps) {
  const rowOf = new Map(rows.map((row) => [row.info.id, row]));
  if (history.length === 0) {
    return (
      <Card>
        <EmptyState icon={IconHistory} title={TEXT.noHistory}>
          {TEXT.noHistoryHint}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title={TEXT.historyTitle}>
      <ol className="checks-history" aria-label={TEXT.historyTitle}>
        {history.map((run) => (
          <li key={run.startedAt}>
            <div className="checks-history-head">
              <time className="ada-number" dateTime={new Date(run.startedAt).toISOString()}>
                {formatDateTime(run.startedAt)}
              </time>
              <StatusWord {...describeRunVerdict(run)} />
              <span className="checks-quiet">
                {describeStartedBy(run.by)} · {formatDuration(run.elapsedMs)}
                {run.isComplete ? '' : ` · ${TEXT.notComplete}`}
              </span>
            </div>
            {run.failed.length + run.warned.length === 0 ? null : (
              <ul className="checks-history-found">
                {run.failed.map((id) => (
                  <Found key={id} id={id} tone="bad" row={rowOf.get(id)} onShow={onShow} />
                ))}
                {run.warned.map((id) => (
                  <Found key={id} id={id} tone="warning" row={rowOf.get(id)} onShow={onShow} />
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface FoundProps {
  readonly id: string;
  readonly tone: 'bad' | 'warning';
  /** Undefined = a check of another version of the panel. */
  readonly row: CheckRow | undefined;
  readonly onShow: (id: string) => void;
}

function Found({ id, tone, row, onShow }: FoundProps) {
  const result = row?.result ?? null;
  const now = useOfNow((nowMs) => (result === null ? null : describeNow(result, nowMs)));
  return (
    <li>
      <ToneIcon tone={tone} />
      {row === undefined ? (
        <span className="ada-mono">{id}</span>
      ) : (
        <button type="button" className="checks-link" onClick={() => onShow(id)}>
          {row.info.title}
        </button>
      )}
      {now === null ? null : <span className="checks-quiet">{now}</span>}
    </li>
  );
}
