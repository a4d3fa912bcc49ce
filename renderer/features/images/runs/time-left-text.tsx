import type { TimeLeft } from '../../../../shared/capabilities/images/contract.ts';
import { useNow } from '../../../ui/clock.ts';
import { describeTimeLeft } from './text.ts';

/** The time left, counting down between two reports. */
export function TimeLeftText({ timeLeft }: { readonly timeLeft: TimeLeft | null }) {
  const nowMs = useNow();
  return <span className="ada-number">{describeTimeLeft(timeLeft, nowMs)}</span>;
}
