import { type KeyboardEvent, useCallback } from 'react';

const ROW = '[data-check-row]';

/** The button of a check's row; null while it is not shown. */
export const rowButtonOf = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-check-row="${CSS.escape(id)}"]`);

/** Arrows, Home and End move between the rows of all groups, `r` runs the row that has the focus. Enter and Space are the button's own. */
export function useRowKeys(onMove: (id: string) => void, onRun: (id: string) => void): (event: KeyboardEvent<HTMLElement>) => void {
  return useCallback(
    (event: KeyboardEvent<HTMLElement>): void => {
      const { currentTarget: target, key } = event;
      const id = target.dataset['checkRow'];
      if (event.ctrlKey || event.metaKey || event.altKey || id === undefined) return;
      if (key.toLowerCase() === 'r') {
        event.preventDefault();
        onRun(id);
        return;
      }
      const rows = [...document.querySelectorAll<HTMLElement>(ROW)];
      const at = rows.indexOf(target);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
      const next = to === undefined ? undefined : rows[Math.min(Math.max(to, 0), rows.length - 1)];
      if (next === undefined) return;
      event.preventDefault();
      onMove(next.dataset['checkRow'] ?? id);
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    },
    [onMove, onRun],
  );
}
