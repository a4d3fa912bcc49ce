import './run-lines.css';
import { useLayoutEffect, useRef } from 'react';
import type { RunLine } from '../../../shared/capabilities/services/contract.ts';
import { parseLogPrefix } from '../../../shared/log-prefix.ts';
import { formatClock } from './text.ts';

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
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines scroll into sight
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
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
