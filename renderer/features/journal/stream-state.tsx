import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { StatusWord } from '../../ui/status-word.tsx';
import { describeStream, TEXT } from './text.ts';

/** The page's line of state. */
export function StreamState(props: {
  readonly stream: JournalStreamState | null;
  readonly units: readonly string[];
  readonly isOnline: boolean;
  readonly isFollowing: boolean;
  readonly isPast: boolean;
}) {
  return props.units.length === 0 ? TEXT.noneSelected : <StatusWord {...describeStream(props)} />;
}
