import { useEffect, useState } from 'react';
import { everyWhileVisible } from '../../ui/while-visible.ts';

/** Now, in epoch ms, in steps of `everyMs`: how often charts are drawn. Stands still while the window is hidden. */
export function useChartClock(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const tick = () => setNowMs(Date.now());
    if (!document.hidden) tick();
    return everyWhileVisible(everyMs, tick);
  }, [everyMs]);
  return nowMs;
}
