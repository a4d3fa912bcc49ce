import type { RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { formatRoundTrip } from '../../../shared/format.ts';
import { timingParts } from './words.ts';

/** Where the time went: a bar to scale, and under it every part with its name, however thin it is. */
export function TimingBar({ timing }: { readonly timing: RunTiming }) {
  const parts = timingParts(timing);
  return (
    <figure className="play-timing" aria-label="Where the time went">
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
