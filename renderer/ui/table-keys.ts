import type { KeyboardEvent, MouseEvent } from 'react';

/** Whether a row of this key is drawn. */
export const hasRow = (rows: readonly { readonly id: string }[], key: string): boolean => rows.some(({ id }) => id === key);

/** A click on the row itself, not on a button, a link or a field in it. */
export const isPlain = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('button, a, input, select, textarea, [role="menuitem"]') === null;

/** Moves the focus to the previous, next, first or last row of the same table; true = the key was one of those. */
export function moveRowFocus({ key, currentTarget, ctrlKey, metaKey, altKey }: KeyboardEvent<HTMLElement>): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const rows = [...(currentTarget.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? [])];
  const at = rows.indexOf(currentTarget);
  const to = new Map([
    ['ArrowDown', at + 1],
    ['ArrowUp', at - 1],
    ['Home', 0],
    ['End', rows.length - 1],
  ]).get(key);
  if (to === undefined) return false;
  const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Opens the row by Enter; true = it did. */
export function openByKey<Row>({ key }: KeyboardEvent, open: ((row: Row) => void) | undefined, row: Row): boolean {
  if (key !== 'Enter' || open === undefined) return false;
  open(row);
  return true;
}
