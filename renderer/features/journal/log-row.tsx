import { IconAlertTriangleFilled, IconChevronDown, IconChevronRight, IconCircleXFilled } from '@tabler/icons-react';
import { type CSSProperties, memo, type ReactNode } from 'react';
import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import type { RowMark } from '../../stores/journal/log-buffer.ts';
import type { Search } from '../../stores/journal/search.ts';
import { type MenuEntry, opensContextMenu } from '../../ui/context-menu.ts';
import { clockOf, stampOf } from './log-text.ts';
import { describeCut, describeFolded, describeTime, TEXT } from './text.ts';

/** Longer lines are cut on the screen; copy and export have them whole. */
const DRAWN_CHARACTERS = 6000;
const DRAWN_MATCHES = 50;

export interface LogRowProps {
  readonly entry: JournalEntry;
  readonly seq: number;
  readonly top: number;
  readonly index: number;
  readonly search: Search;
  readonly isCurrent: boolean;
  /** Null = the row begins no traceback. */
  readonly fold: { readonly isFolded: boolean; readonly lines: number } | null;
  readonly isContinued: boolean;
  /** Colour of the unit's tag; null = one unit only, without tags. */
  readonly tagColour: string | null;
  readonly measure: ((element: HTMLElement | null) => void) | null;
  /** A column for the logger that programs name before their message. */
  readonly hasLoggers: boolean;
  /** With the program's own prefix. */
  readonly isRaw: boolean;
  readonly onFold: (groupCursor: string) => void;
  /** The actions on the line. */
  readonly menuOf: (entry: JournalEntry, seq: number) => readonly MenuEntry[];
}

function highlighted(text: string, search: Search): ReactNode {
  const drawn = text.length > DRAWN_CHARACTERS ? text.slice(0, DRAWN_CHARACTERS) : text;
  if (search.kind !== 'ready') return drawn;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of search.ranges(drawn, DRAWN_MATCHES)) {
    parts.push(drawn.slice(at, start), <mark key={start}>{drawn.slice(start, end)}</mark>);
    at = end;
  }
  parts.push(drawn.slice(at));
  return parts;
}

function Gutter({ severity }: { readonly severity: JournalEntry['severity'] }) {
  if (severity === 'error') return <IconCircleXFilled size={13} color="var(--ada-bad)" role="img" aria-label="error" />;
  if (severity === 'warning') return <IconAlertTriangleFilled size={13} color="var(--ada-warning)" role="img" aria-label="warning" />;
  return null;
}

function LogRowView(props: LogRowProps) {
  const { entry, fold } = props;
  const prefix = props.isRaw ? null : parseLogPrefix(entry.text);
  const text = prefix === null ? entry.text : entry.text.slice(prefix.length);
  const hidden = text.length - DRAWN_CHARACTERS;
  const style: CSSProperties = { transform: `translateY(${props.top}px)` };
  return (
    <div
      ref={props.measure}
      className={props.isContinued ? 'logs-row logs-continued' : 'logs-row'}
      style={style}
      data-index={props.index}
      data-seq={props.seq}
      data-severity={entry.severity}
      data-kind={entry.kind}
      data-current={props.isCurrent || undefined}
      {...opensContextMenu(TEXT.lineMenu, () => props.menuOf(entry, props.seq))}
    >
      <span className="logs-gutter">
        {fold === null ? (
          props.isContinued ? null : (
            <Gutter severity={entry.severity} />
          )
        ) : (
          <button
            type="button"
            className="logs-fold"
            aria-expanded={!fold.isFolded}
            aria-label={fold.isFolded ? TEXT.unfold : TEXT.fold}
            onClick={() => props.onFold(entry.groupCursor ?? entry.cursor)}
          >
            {fold.isFolded ? <IconChevronRight size={14} /> : <IconChevronDown size={14} />}
          </button>
        )}
      </span>
      <span className="logs-time" title={describeTime(stampOf(entry.at), prefix?.time ?? null)}>
        {clockOf(entry.at)}
      </span>
      {props.tagColour === null ? null : (
        <span className="logs-tag" style={{ color: props.tagColour }} title={entry.unit}>
          {shortUnitName(entry.unit)}
        </span>
      )}
      {props.hasLoggers && !props.isRaw ? (
        <span className="logs-logger" title={prefix?.logger}>
          {prefix?.logger}
        </span>
      ) : null}
      <span className="logs-text">
        {highlighted(text, props.search)}
        {hidden > 0 ? <span className="logs-more">{describeCut(hidden)}</span> : null}
        {fold?.isFolded === true ? <span className="logs-more">{describeFolded(fold.lines)}</span> : null}
      </span>
    </div>
  );
}

/** One journal entry; renders again only when its props change. */
export const LogRow = memo(LogRowView);

const WARNING_MARKS: ReadonlySet<RowMark['kind']> = new Set(['gap', 'rebooted', 'clock-skew']);

/** A mark between the lines, such as a gap or a reboot. */
export function MarkRow({ mark, top, index }: { readonly mark: RowMark; readonly top: number; readonly index: number }) {
  return (
    <div
      role="note"
      className="logs-divider"
      data-index={index}
      data-tone={WARNING_MARKS.has(mark.kind) ? 'warning' : mark.kind === 'moment' ? 'moment' : undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      {WARNING_MARKS.has(mark.kind) ? <IconAlertTriangleFilled size={13} aria-hidden /> : null}
      <span>{mark.message}</span>
      <span>{clockOf(mark.at)}</span>
    </div>
  );
}
