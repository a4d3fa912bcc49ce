import { replaceEqualDeep } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { RunLine } from '../../../shared/capabilities/services/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { useHostBridge } from '../../stores/host-context.tsx';
import { TEXT } from './text.ts';

export interface LastLines {
  /** Null = not read yet, or unreadable. */
  readonly lines: readonly RunLine[] | null;
  /** Why there are no lines; empty = there are. */
  readonly message: string;
}

/**
 * The newest lines of a unit's newest run, read again every `everyMs` (null = once), and whenever `again` changes. A new run's log
 * begins with systemd's own lines about it.
 */
export function useLastLines(
  unit: string,
  o: { readonly count: number; readonly everyMs: number | null; readonly again: unknown },
): LastLines {
  const { services } = useHostBridge();
  const { count, everyMs, again } = o;
  const [read, setRead] = useState<LastLines>({ lines: null, message: TEXT.loading });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what `again` stands for is not used here
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (shown: LastLines): void => {
      if (isOver) return;
      setRead((before) => replaceEqualDeep(before, shown));
      if (everyMs !== null) timer = setTimeout(look, everyMs);
    };
    function look(): void {
      services.lastLines({ unit, count }).then(
        (lines) => next({ lines, message: lines.length === 0 ? TEXT.noLines : '' }),
        (thrown: unknown) => next({ lines: null, message: toPanelError(thrown).message }),
      );
    }
    look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [services, unit, count, everyMs, again]);
  return read;
}
