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
      return element === null ? 'something that is gone' : `${element.tagName.toLowerCase()}.${element.className}`;
    };
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources = [] } = entry as PerformanceEntry & {
          readonly sources?: readonly { readonly node: Node | null; readonly previousRect: DOMRect; readonly currentRect: DOMRect }[];
        };
        // A word that becomes longer beside its icon moves nothing else; a page that is pushed does.
        for (const { node, previousRect: before, currentRect: after } of sources) {
          // New lines of a list that tells what happened come on top of the older ones.
          if (node instanceof Element && node.closest('.ada-lately, .ada-since-list') !== null) continue;
          // A word that becomes longer beside its icon moves nothing else; a page that is pushed does.
          if (before.height > 0 && after.height > 0 && Math.abs(before.top - after.top) > 1)
            notes.push(`${nameOf(node)} moved from ${Math.round(before.top)} to ${Math.round(after.top)}`);
        }
      }
    });
    observer.observe({ type: 'layout-shift', buffered: false });
    window.adaShifts = { notes, observer };
  });
}

/** What moved up or down since {@link beginShiftCount}, in words. */
export async function shiftsSince(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    // The observer's notes of a frame are written in a task after it.
    await new Promise((resolve) => setTimeout(resolve));
    if (window.adaShifts === undefined) throw new Error('the count was not begun');
    return window.adaShifts.notes;
  });
}
