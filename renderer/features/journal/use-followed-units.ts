import { useEffect, useRef } from 'react';
import { useHostId } from '../../stores/host-context.tsx';
import { useJournal } from '../../stores/journal/journal.ts';
import { showMoment, showRange } from '../../stores/journal/past.ts';
import { follow } from '../../stores/journal/stream.ts';
import { useServicesState } from '../../stores/services.ts';
import { type PageTarget, useView } from '../../stores/view.ts';
import { recallUnits } from './chosen-units.ts';

/** The contract's limit for one stream. */
export const MAX_UNITS = 30;

/** Follows the units that the page was opened for, else the last selection, else all pinned units; then shows the time it was opened for. */
export function useFollowedUnits(): readonly { readonly name: string; readonly description: string }[] {
  const hostId = useHostId();
  const { units: pinned } = useServicesState();
  const selection = useJournal((store) => store.selection);
  const target = useView((view) => view.target);
  const isFollowed = selection?.hostId === hostId && selection.units.length > 0;

  useEffect(() => {
    if (hostId !== null && target?.unit !== undefined) follow({ hostId, units: [target.unit] });
  }, [target, hostId]);

  useEffect(() => {
    if (hostId === null || isFollowed || target?.unit !== undefined) return;
    const loaded = pinned.filter((unit) => unit.loadState === 'loaded').map((unit) => unit.name);
    const units = recallUnits(hostId) ?? loaded.slice(0, MAX_UNITS);
    // Lines of another host must not stay on the page.
    if (units.length > 0 || (selection !== null && selection.hostId !== hostId)) follow({ hostId, units });
  }, [hostId, selection, isFollowed, pinned, target]);

  /** The target whose time was shown: the units may be known only later. */
  const shown = useRef<PageTarget | null>(null);
  useEffect(() => {
    if (target?.fromMs === undefined || !isFollowed || shown.current === target) return;
    if (target.unit !== undefined && !(selection.units.length === 1 && selection.units[0] === target.unit)) return;
    shown.current = target;
    const { fromMs, toMs } = target;
    void (toMs === undefined ? showMoment(fromMs) : showRange(fromMs, toMs));
  }, [target, isFollowed, selection]);

  return pinned;
}
