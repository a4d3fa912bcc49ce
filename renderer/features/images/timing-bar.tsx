import type { RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { formatRoundTrip } from '../../../shared/format.ts';
import { TEXT } from './text.ts';
import { timingParts } from './timing-parts.ts';

/** The parts of a run's time as a bar to scale, with a list below since thin parts have no room for a label. */
export function TimingBar({ timing }: { readonly timing: RunTiming }) {
  const parts = timingParts(timing);
  return (
    <figure className="play-timing" aria-label={TEXT.timing}>
      <div className="play-timing-bar" aria-hidden>
        {parts.map((part) => (
          <span key={part.key} className="play-timing-part" data-part={part.key} style={{ flexGrow: part.ms }} />
        ))}
      </div>
      <ul className="play-timing-list">
        {parts.map((part) => (
          <li key={part.key}>
            <span className="play-timing-dot" data-part={part.key} aria-hidden />
            {part.label} <b>{formatRoundTrip(part.ms)}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}
