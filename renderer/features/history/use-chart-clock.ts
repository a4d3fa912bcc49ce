import { useEffect, useState } from 'react';
import { everyWhileVisible } from '../../ui/while-visible.ts';

/** The time in epoch ms, updated every `everyMs`, at which charts redraw. Pauses while the window is hidden. */
export function useChartClock(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const tick = () => setNowMs(Date.now());
    if (!document.hidden) tick();
    return everyWhileVisible(everyMs, tick);
  }, [everyMs]);
  return nowMs;
}
