import type { TablerIcon } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { create } from 'zustand';

/** One action of a context menu. */
export interface MenuEntry {
  readonly id: string;
  /** A verb, and its object where the menu does not name it. */
  readonly label: string;
  readonly icon?: TablerIcon;
  /** Why it cannot be run now; it is listed all the same. Null or absent: it can. */
  readonly unavailable?: string | null;
  /** Drawn apart from the others, after a line. */
  readonly isDangerous?: boolean;
  readonly run: () => void;
}

/** An open menu; the place is in CSS pixels of the window. */
export interface OpenMenu {
  /** What the menu is about, for screen readers. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly x: number;
  readonly y: number;
  /** Text that the operator had selected inside the thing, or empty. */
  readonly selectedText: string;
  /** Takes the focus when the menu closes. */
  readonly returnFocus: HTMLElement | null;
}

const useMenuStore = create<{ readonly open: OpenMenu | null }>(() => ({ open: null }));

/** The menu that is open; null = none is. */
export const useContextMenu = (): OpenMenu | null => useMenuStore(({ open }) => open);

/** Opens a menu at a place of its own, in place of the one that is open. */
export const openContextMenu = (menu: Omit<OpenMenu, 'selectedText'>): void =>
  useMenuStore.setState({ open: { selectedText: '', ...menu } });

export const closeContextMenu = (): void => useMenuStore.setState({ open: null });

/** The selected text that lies inside of an element. */
function selectedIn(element: Element): string {
  const selection = window.getSelection();
  if (selection === null || selection.isCollapsed || !selection.containsNode(element, true)) return '';
  return selection.toString();
}

/** Fields have the system's own menu: cut, copy and paste. */
const isField = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;

/**
 * The handler of an element that has a menu: by the right button, Shift+F10 or the menu key. `entries` is read when the menu opens;
 * nothing opens where there are none.
 */
export function opensContextMenu(label: string, entries: () => readonly MenuEntry[]): { onContextMenu: (event: MouseEvent) => void } {
  return {
    onContextMenu: (event) => {
      if (isField(event.target)) return;
      const element = event.currentTarget;
      const found = entries();
      const selectedText = selectedIn(element);
      if (found.length === 0 && selectedText === '') return;
      event.preventDefault();
      event.stopPropagation();
      const box = element.getBoundingClientRect();
      // The keyboard's event lies at the middle of a wide row, or nowhere: the menu then opens where the row begins.
      const isByKeyboard = event.button !== 2;
      const focused = document.activeElement;
      useMenuStore.setState({
        open: {
          label,
          entries: found,
          x: isByKeyboard ? box.left + Math.min(24, box.width / 2) : event.clientX,
          y: isByKeyboard ? Math.min(box.bottom, window.innerHeight) : event.clientY,
          selectedText,
          returnFocus: focused instanceof HTMLElement && focused !== document.body ? focused : null,
        },
      });
    },
  };
}
