import { useQuery } from '@tanstack/react-query';
import type { RunLine } from '../../../shared/capabilities/services/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge, useHostId } from '../../stores/host-context.tsx';
import { TEXT } from './text.ts';

export interface LastLines {
  /** Null = not read yet, or unreadable. */
  readonly lines: readonly RunLine[] | null;
  /** Why there are no lines; empty = there are. */
  readonly message: string;
}

/**
 * The newest lines of a unit's newest run, read again every `everyMs` (null = once), and whenever `again` changes; once for all that show
 * them. A new run's log begins with systemd's own lines about it.
 */
export function useLastLines(
  unit: string,
  o: { readonly count: number; readonly everyMs: number | null; readonly again: string | null },
): LastLines {
  const { services } = useHostBridge();
  const hostId = useHostId();
  const { count, everyMs, again } = o;
  const { data, error } = useQuery({
    queryKey: ['services.lastLines', hostId, unit, count, again],
    queryFn: () => services.lastLines({ unit, count }),
    refetchInterval: everyMs ?? false,
    placeholderData: (previous, before) => (before?.queryKey[1] === hostId && before.queryKey[2] === unit ? previous : undefined),
  });
  if (error !== null) return { lines: null, message: toPanelError(error).message };
  if (data === undefined) return { lines: null, message: TEXT.loading };
  return { lines: data, message: data.length === 0 ? TEXT.noLines : '' };
}
