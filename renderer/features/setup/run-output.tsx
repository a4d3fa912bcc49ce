import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { TEXT } from './text.ts';

/** Distance from the end within which the box counts as scrolled to it. */
const EDGE_PX = 24;

/** The newest output of a run; it follows the end until it is scrolled up or paused. */
export function RunOutput({ lines, isLive }: { readonly lines: readonly string[]; readonly isLive: boolean }) {
  const box = useRef<HTMLPreElement>(null);
  const lastTop = useRef(0);
  const [paused, setPaused] = useState<readonly string[] | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const shown = isLive ? (paused ?? lines) : lines;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end must be in sight after every change of the lines
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null && isFollowing) element.scrollTop = element.scrollHeight;
  }, [shown, isFollowing]);
  useEffect(() => {
    const element = box.current;
    if (element === null || !isFollowing) return;
    // A narrower box wraps its lines, and the end moves away.
    const observer = new ResizeObserver(() => element.scrollTo({ top: element.scrollHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [isFollowing]);
  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const isUp = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop < EDGE_PX;
    if (isAtEnd) setFollowing(true);
    else if (isUp) setFollowing(false);
  };

  return (
    <section aria-label={TEXT.output}>
      <div className="setup-output-head">
        <h3 className="setup-quiet">{TEXT.output}</h3>
        <span>
          {isFollowing || shown.length === 0 ? null : (
            <Button size="compact-xs" variant="subtle" onClick={() => setFollowing(true)}>
              {TEXT.followEnd}
            </Button>
          )}
          {isLive ? (
            <Button size="compact-xs" variant="subtle" onClick={() => setPaused(paused === null ? lines : null)}>
              {paused === null ? TEXT.pause : TEXT.resumeOutput}
            </Button>
          ) : null}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <pre ref={box} className="ada-code setup-output" tabIndex={0} role="log" aria-live="off" aria-label={TEXT.output} onScroll={onScroll}>
        {shown.length === 0 ? TEXT.noOutput : shown.join('\n')}
      </pre>
    </section>
  );
}
