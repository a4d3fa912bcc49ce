import type { Page } from '@playwright/test';

declare global {
  interface Window {
    adaShifts?: { readonly notes: readonly string[]; readonly observer: PerformanceObserver };
  }
}

/** Begins to note what moves on the page. What the browser excuses as the consequence of an input counts too. */
export async function beginShiftCount(page: Page): Promise<void> {
  await page.evaluate(() => {
    const notes: string[] = [];
    const nameOf = (node: Node | null): string => {
      const element = node instanceof Element ? node : (node?.parentElement ?? null);
      return element === null ? 'something that is gone' : `${element.tagName.toLowerCase()}.${element.getAttribute('class')}`;
    };
    const placeOf = ({ left, top }: DOMRect): string => `${Math.round(left)}, ${Math.round(top)}`;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources = [] } = entry as PerformanceEntry & {
          readonly sources?: readonly { readonly node: Node | null; readonly previousRect: DOMRect; readonly currentRect: DOMRect }[];
        };
        for (const { node, previousRect: before, currentRect: after } of sources) {
          const element = node instanceof Element ? node : (node?.parentElement ?? null);
          // New lines of a list that tells what happened come on top of the older ones, and a mark on a time axis moves with time.
          if (element?.closest('main') == null || element.closest('.ada-lately, .ada-since-list, .logs-sizer, .ada-chart-event')) continue;
          if (before.height === 0 || after.height === 0) continue;
          // What becomes longer in its own place, to the left, to the right or about its middle, moves nothing else.
          const isSteady = [
            before.left - after.left,
            before.right - after.right,
            (before.left + before.right - after.left - after.right) / 2,
          ].some((px) => Math.abs(px) <= 1);
          if (Math.abs(before.top - after.top) > 1 || !isSteady)
            notes.push(`${nameOf(node)} moved from ${placeOf(before)} to ${placeOf(after)}`);
        }
      }
    });
    observer.observe({ type: 'layout-shift', buffered: false });
    window.adaShifts = { notes, observer };
  });
}

/** What moved in the page's content since {@link beginShiftCount}, in words. */
export async function shiftsSince(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    // The observer's notes of a frame are written in a task after it.
    await new Promise((resolve) => setTimeout(resolve));
    if (window.adaShifts === undefined) throw new Error('the count was not begun');
    window.adaShifts.observer.disconnect();
    return window.adaShifts.notes;
  });
}
