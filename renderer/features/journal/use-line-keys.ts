import type { KeyboardEvent } from 'react';
import { currentView } from '../../stores/journal/journal.ts';

export interface LineKeys {
  readonly activeSeq: number | null;
  /** Positions of the first and last visible row. */
  readonly inSight: () => { readonly first: number; readonly last: number };
  readonly onActive: (seq: number | null) => void;
  readonly onOpen: (seq: number) => void;
  readonly onCopy: (seq: number) => void;
  readonly onClose: () => void;
}

/** The row that one step up or down leads to; null = none. */
function stepped({ activeSeq, inSight }: LineKeys, by: -1 | 1): number | null {
  const { rows } = currentView();
  if (rows.length === 0) return null;
  const sight = inSight();
  const from = activeSeq === null ? (by < 0 ? sight.last : sight.first) : rows.positionOf(activeSeq) + by;
  return rows.seqAt(Math.min(Math.max(from, 0), rows.length - 1));
}

/** Keys of the list: ↑ and ↓ mark a line, Enter opens its fields, Ctrl+C copies it, Escape ends it, the menu key opens its menu. */
export function useLineKeys(o: LineKeys): (event: KeyboardEvent<HTMLElement>) => void {
  return (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, currentTarget, target } = event;
    if (target !== currentTarget || altKey) return;
    const isUsed = (() => {
      if (ctrlKey || metaKey) {
        if (key !== 'c' || o.activeSeq === null || window.getSelection()?.isCollapsed === false) return false;
        o.onCopy(o.activeSeq);
        return true;
      }
      switch (key) {
        case 'ArrowUp':
        case 'ArrowDown':
          o.onActive(stepped(o, key === 'ArrowUp' ? -1 : 1));
          return true;
        case 'Enter':
          if (o.activeSeq !== null) o.onOpen(o.activeSeq);
          return o.activeSeq !== null;
        case 'Escape':
          o.onActive(null);
          o.onClose();
          return true;
        case 'ContextMenu':
        case 'F10': {
          if (key === 'F10' && !shiftKey) return false;
          const row = o.activeSeq === null ? null : currentTarget.querySelector(`[data-seq="${o.activeSeq}"]`);
          row?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 0 }));
          return row !== null;
        }
        default:
          return false;
      }
    })();
    if (isUsed) event.preventDefault();
  };
}
