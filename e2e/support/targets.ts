import type { Page } from '@playwright/test';

declare global {
  interface Window {
    adaTabWalk?: {
      readonly seen: ReadonlySet<Element>;
      readonly unringed: readonly string[];
      readonly isRound: boolean;
      readonly end: AbortController;
    };
  }
}

/** Of WCAG 2.5.8, in CSS pixels. */
const MIN_TARGET_PX = 24;
/** More stops than any page has; where Tab does not come round, the walk ends here. */
const MAX_STOPS = 400;

/** The visible, enabled targets that are smaller than 24 × 24 px, with their size: `“Copy” 22 × 20`. One inside a sentence is as high as its line. */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return await page.evaluate((minPx) => {
    const ROLES = ['button', 'link', 'tab', 'menuitem', 'checkbox', 'radio', 'switch', 'slider', 'combobox', 'option', 'treeitem'];
    const TARGETS = ['button', 'a[href]', 'input', 'select', 'textarea', 'summary', ...ROLES.map((role) => `[role="${role}"]`)].join();
    // A box of 23.99 px is one of 24 px on the screen.
    const isLarge = (box: { readonly width: number; readonly height: number }) => box.width >= minPx - 0.1 && box.height >= minPx - 0.1;
    /** Text of the same sentence stands beside it. */
    const isInSentence = (one: Element) =>
      getComputedStyle(one).display === 'inline' &&
      [...(one.parentElement?.childNodes ?? [])].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
    const labelsOf = (one: Element) => [...((one as HTMLInputElement).labels ?? [])];
    const small: string[] = [];
    for (const one of document.querySelectorAll(TARGETS)) {
      // What a screen reader does not find is a second way to a target that it finds.
      if (!one.checkVisibility({ visibilityProperty: true }) || one.matches(':disabled, [aria-disabled="true"]')) continue;
      if (one.closest('[aria-hidden="true"], [inert]') !== null) continue;
      const boxes = [one, ...labelsOf(one)].map((each) => each.getBoundingClientRect());
      if (boxes.some(isLarge) || isInSentence(one)) continue;
      const { width, height } = boxes.reduce((most, box) => (box.width * box.height > most.width * most.height ? box : most));
      const name = one.ariaLabel ?? labelsOf(one)[0]?.textContent ?? one.textContent ?? '';
      small.push(
        `“${name.trim().slice(0, 60)}” (${one.tagName.toLowerCase()}.${one.className}) ${width.toFixed(1)} × ${height.toFixed(1)}`,
      );
    }
    return [...new Set(small)];
  }, MIN_TARGET_PX);
}

/** Goes through the whole window with Tab, once round; returns how many stops there are, and the names of those without a visible focus ring. */
export async function ringsByTab(page: Page): Promise<{ readonly stops: number; readonly unringed: readonly string[] }> {
  await page.evaluate(() => {
    const seen = new Set<Element>();
    const unringed: string[] = [];
    const walk = { seen, unringed, isRound: false, end: new AbortController() };
    const hasRing = (one: Element): boolean => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
      const alpha = /\/\s*([\d.]+)|rgba\([^)]*,\s*([\d.]+)\)/.exec(outlineColor);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0 && Number(alpha?.[1] ?? alpha?.[2] ?? 1) > 0;
    };
    document.addEventListener(
      'focusin',
      ({ target }) => {
        if (!(target instanceof Element)) return;
        if (seen.has(target)) walk.isRound = true;
        seen.add(target);
        // The ring of a row is on its cells, that of a hidden input on what stands for it.
        const near = [target, target.parentElement, target.nextElementSibling, target.firstElementChild];
        if (near.some((each) => each !== null && hasRing(each))) return;
        const name = target.ariaLabel ?? (target as HTMLInputElement).labels?.[0]?.textContent ?? target.textContent ?? '';
        unringed.push(`“${name.trim().slice(0, 60)}” (${target.tagName.toLowerCase()}.${target.className})`);
      },
      { signal: walk.end.signal },
    );
    window.adaTabWalk = walk;
    document.getElementById('main')?.focus();
    seen.clear();
    unringed.length = 0;
  });
  for (let press = 0; press < MAX_STOPS; press += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => window.adaTabWalk?.isRound)) break;
  }
  return await page.evaluate(() => {
    if (window.adaTabWalk === undefined) throw new Error('the walk was not begun');
    const { seen, unringed, end } = window.adaTabWalk;
    end.abort();
    return { stops: seen.size, unringed: [...new Set(unringed)] };
  });
}
