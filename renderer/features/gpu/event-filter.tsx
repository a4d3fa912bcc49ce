import { memo } from 'react';
import { formatCount } from '../../../shared/format.ts';
import { EVENT_KINDS } from './chart-events.ts';
import { EVENT_KIND_WORDS, TEXT } from './text.ts';
import type { ChartEvents } from './use-chart-events.ts';

/** Chooses which kinds of events are on the charts. */
export const EventFilter = memo(function EventFilter({ counts, hidden, setHidden }: ChartEvents) {
  return (
    <fieldset className="ada-gpu-events">
      <legend>{TEXT.eventsShown}</legend>
      {EVENT_KINDS.map((kind) => {
        const isShown = !hidden.includes(kind);
        return (
          <button
            key={kind}
            type="button"
            className="ada-gpu-event-kind"
            aria-pressed={isShown}
            onClick={() => setHidden(isShown ? [...hidden, kind] : hidden.filter((one) => one !== kind))}
          >
            {EVENT_KIND_WORDS[kind]} <span className="ada-number">{formatCount(counts[kind])}</span>
          </button>
        );
      })}
    </fieldset>
  );
});
