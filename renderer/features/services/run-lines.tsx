import './run-lines.css';
import { useLayoutEffect, useRef } from 'react';
import type { RunLine } from '../../../shared/capabilities/services/contract.ts';
import { formatClock } from '../../../shared/format.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';

/** Nearer to its end a box counts as scrolled to it; CSS pixels. */
const END_PX = 8;

/** Log lines of one run, each on a line of its own, the newest in sight. Tables keep their columns: the box scrolls sideways. */
export function RunLines({
  lines,
  label,
  size = 'normal',
}: {
  readonly lines: readonly RunLine[];
  readonly label: string;
  readonly size?: 'short' | 'normal' | 'tall';
}) {
  const box = useRef<HTMLDivElement>(null);
  // Who reads further up is left there.
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines scroll into sight
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={box}
      className="services-run-lines"
      data-size={size}
      role="log"
      aria-live="off"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight >= scrollHeight - END_PX;
      }}
    >
      {lines.map(({ at, severity, text }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines may be equal
        <div key={place} data-severity={severity}>
          <span className="services-run-time">{formatClock(at)}</span>
          {text.slice(parseLogPrefix(text)?.length ?? 0)}
        </div>
      ))}
    </div>
  );
}
