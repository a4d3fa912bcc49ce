import { type RefObject, useLayoutEffect, useState } from 'react';

export interface GridPlace {
  /** Width of the grid in px; 0 until it is measured. */
  readonly widthPx: number;
  /** How far below the top of the scrolled content the grid begins, in px. */
  readonly topPx: number;
}

/** The element that scrolls the page. */
export const pageScroller = (): HTMLElement | null => document.getElementById('main');

/** Where the grid lies in the scrolling page; what stands above it changes its height while runs come and go. */
export function useGridPlace(grid: RefObject<HTMLElement | null>): GridPlace {
  const [place, setPlace] = useState<GridPlace>({ widthPx: 0, topPx: 0 });
  useLayoutEffect(() => {
    const element = grid.current;
    const scroller = pageScroller();
    if (element === null || scroller === null) return;
    const measure = (): void => {
      const widthPx = element.clientWidth;
      const topPx = Math.round(element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop);
      setPlace((before) => (before.widthPx === widthPx && before.topPx === topPx ? before : { widthPx, topPx }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // Whatever pushes the grid down changes the height of a card before it, or of the page.
    const page = element.closest('.ada-page-body');
    if (page !== null) observer.observe(page);
    for (const card of element.closest('.play-right')?.children ?? []) observer.observe(card);
    return () => observer.disconnect();
  }, [grid]);
  return place;
}
