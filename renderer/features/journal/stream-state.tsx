import type { JournalStreamState } from '../../../shared/capabilities/journal/contract.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { StatusWord } from '../../ui/status-word.tsx';

/** The page's one line of state: what is followed, and whether it is live. */
export function StreamState(props: {
  readonly stream: JournalStreamState | null;
  readonly units: readonly string[];
  readonly isOnline: boolean;
  readonly isFollowing: boolean;
  readonly isPast: boolean;
}) {
  const { stream, units, isOnline, isFollowing, isPast } = props;
  if (units.length === 0) return <>No unit chosen</>;
  const what = units.length === 1 ? shortUnitName(units[0] ?? '') : `${units.length} units`;
  if (!isOnline) return <StatusWord tone="stale" word={`Not connected; ${what} as last seen`} />;
  switch (stream?.kind) {
    case undefined:
    case 'opening':
      return <StatusWord tone="busy" word={`Opening the journal of ${what}`} />;
    case 'waiting':
      return <StatusWord tone="stale" word={stream.said} />;
    case 'failed':
      return <StatusWord tone="bad" word={`The journal of ${what} cannot be followed`} />;
    case 'following':
      if (isFollowing) return <StatusWord tone="good" word={`Following ${what} live`} />;
      return <StatusWord tone="warning" word={`${isPast ? `Looking at the past of ${what}` : `Paused on ${what}`}; new lines are kept`} />;
  }
}
