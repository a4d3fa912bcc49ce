import { type KeyboardEvent, memo, useMemo } from 'react';
import { formatDateTime } from '../../../shared/format.ts';
import { openContextMenu } from '../context-menu.ts';
import { describeEventsAt, describeMore, TEXT } from '../text.ts';
import { toneColor } from '../tone.tsx';
import { useChartGroup } from './chart-group.tsx';
import type { Frame } from './frame.ts';
import { EVENT_PX, type PlacedEvents, placeEvents } from './placed-events.ts';
import type { ChartEvent, TimeSpan } from './types.ts';

export interface EventStripProps {
  readonly events: readonly ChartEvent[];
  readonly span: TimeSpan;
  readonly frame: Frame;
}

/** Named by a tooltip, and listed by a menu. */
const MAX_NAMED = 6;
const MAX_LISTED = 12;

const lineOf = ({ atMs, label }: ChartEvent): string => `${formatDateTime(atMs)}  ${label}`;

/** Events above a chart on its time axis: a handle for each, or for several that would overlap. Arrow keys move between handles. */
export const EventStrip = memo(function EventStrip({ events, span, frame }: EventStripProps) {
  const group = useChartGroup();
  const placed = useMemo(() => placeEvents(events, span, frame), [events, span, frame]);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    const handles = [...event.currentTarget.querySelectorAll('button')];
    const focused = event.target instanceof HTMLButtonElement ? handles.indexOf(event.target) : -1;
    handles[focused + step]?.focus();
    event.preventDefault();
  };
  const point = (one: PlacedEvents | null) => group.setState({ crosshairMs: one?.worst.atMs ?? null });
  return (
    <div className="ada-chart-events" role="toolbar" aria-label={TEXT.chartEvents} onKeyDown={onKeyDown}>
      {placed.map((one, i) => {
        const { key, x, worst, events: shared } = one;
        const Icon = worst.icon;
        return (
          <button
            key={key}
            type="button"
            className="ada-chart-event"
            style={{ left: x - EVENT_PX / 2, color: toneColor(worst.tone) }}
            tabIndex={i === placed.length - 1 ? 0 : -1}
            title={titleOf(shared)}
            aria-label={shared.length === 1 ? lineOf(worst) : `${lineOf(worst)}, ${describeMore(shared.length - 1)}`}
            aria-haspopup="menu"
            onMouseEnter={() => point(one)}
            onMouseLeave={() => point(null)}
            onFocus={() => point(one)}
            onBlur={() => point(null)}
            onClick={(event) => openMenu(one, event.currentTarget)}
          >
            <Icon size={14} stroke={2} aria-hidden />
            {shared.length === 1 ? null : <span className="ada-chart-event-count">{shared.length > 99 ? '99+' : shared.length}</span>}
          </button>
        );
      })}
    </div>
  );
});

const titleOf = (events: PlacedEvents['events']): string =>
  [...events.slice(0, MAX_NAMED).map(lineOf), ...(events.length > MAX_NAMED ? [describeMore(events.length - MAX_NAMED)] : [])].join('\n');

function openMenu({ events }: PlacedEvents, handle: HTMLElement): void {
  const { left, bottom } = handle.getBoundingClientRect();
  const hidden = events.length - MAX_LISTED;
  openContextMenu({
    label: describeEventsAt(formatDateTime(events[0].atMs)),
    entries: [
      ...events.slice(-MAX_LISTED).map((event) => ({ id: event.key, label: lineOf(event), icon: event.icon, run: event.open })),
      ...(hidden > 0 ? [{ id: 'more', label: describeMore(hidden), unavailable: TEXT.zoomToSeparate, run: () => {} }] : []),
    ],
    x: left,
    y: bottom,
    returnFocus: handle,
  });
}
